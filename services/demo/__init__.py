"""The demo house: films, posters, cinemas and a week of screenings to look around in."""
