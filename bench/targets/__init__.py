"""What is measured: Marquee, a stock Flask-Admin, and the limit; each behind gunicorn with one worker."""
