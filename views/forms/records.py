"""The forms of the records that staff keep."""

from __future__ import annotations

from datetime import UTC
from typing import Any
from zoneinfo import available_timezones

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    DateTimeLocalField,
    EmailField,
    FloatField,
    IntegerField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from models import Cinema, City, Distributor, Film, Format, Hall, Precision, Rating, ScreeningStatus
from models.cinema import MINUTES_MAX
from models.film import RUNTIME_MAX
from models.screening import PRICE_MAX
from models.text import N_
from models.vocabulary import COUNTRIES, GENRES, LANGUAGES
from services import cinemas, halls, screenings
from views.forms.base import RecordForm, needed, text_options
from views.forms.fields import (
    EnumField,
    EnumsField,
    LayoutField,
    LookupField,
    MoneyField,
    TagsField,
)

WEEKDAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)


def _minutes(*validators: Any) -> list[Any]:
    return [*validators, NumberRange(0, MINUTES_MAX)]


class CityForm(RecordForm):
    cards = ((N_("City"), ("name", "pinyin", "code")),)

    name = StringField(_l("Name"), needed(), **text_options())
    pinyin = StringField(_l("Pinyin"), [Length(max=200)], **text_options())
    code = StringField(
        _l("Code"),
        [Length(max=6)],
        filters=[lambda value: (value or "").strip() or None],
        description=_l("Six digits of GB/T 2260, if known."),
    )


class DistributorForm(RecordForm):
    cards = ((N_("Distributor"), ("name", "contact", "phone", "email")),)

    name = StringField(_l("Name"), needed(), **text_options())
    contact = StringField(_l("Contact person"), [Length(max=200)], **text_options())
    phone = TelField(_l("Phone"), [Length(max=200)], **text_options())
    email = EmailField(_l("E-mail"), [Length(max=200)], **text_options())


class FilmForm(RecordForm):
    cards = (
        (N_("Titles"), ("title", "original_title", "short_title")),
        (N_("For the programme"), ("runtime_min", "formats", "languages", "rating")),
        (N_("Release"), ("release_date", "release_precision", "distributor")),
        (N_("About the film"), ("director", "cast", "genres", "countries", "synopsis")),
    )

    title = StringField(_l("Title"), needed(), **text_options())
    original_title = StringField(_l("English or original title"), [Length(max=200)], **text_options())
    short_title = StringField(
        _l("Short title"),
        [Length(max=200)],
        description=_l("For tickets and signs, 10 to 12 characters."),
        **text_options(),
    )
    runtime_min = IntegerField(
        _l("Runtime in minutes"),
        [Optional(), NumberRange(1, RUNTIME_MAX)],
        description=_l("Needed before the film can be scheduled."),
    )
    formats = EnumsField(_l("Formats"), Format)
    languages = TagsField(_l("Languages"), LANGUAGES)
    rating = EnumField(_l("Age advice"), Rating, blank=_l("None"))
    release_date = DateField(_l("Release date"), [Optional()])
    release_precision = EnumField(_l("What is known of the date"), Precision, default=Precision.DAY)
    distributor = LookupField(_l("Distributor"), Distributor)
    director = StringField(_l("Director"), [Length(max=200)], **text_options())
    cast = TagsField(_l("Cast"))
    genres = TagsField(_l("Genres"), GENRES)
    countries = TagsField(_l("Countries"), COUNTRIES)
    synopsis = TextAreaField(_l("Synopsis"), [Length(max=10_000)], render_kw={"rows": 6}, **text_options())


class CinemaForm(RecordForm):
    cards = (
        (N_("Cinema"), ("name", "city", "district", "address", "phone")),
        (
            N_("Clock and week"),
            ("timezone", "opens_at", "closes_at", "business_day_start", "film_week_start"),
        ),
        (N_("Schedule and money"), ("preshow_min", "cleaning_min", "service_fee")),
        (N_("Place on the map"), ("latitude", "longitude")),
    )

    name = StringField(_l("Name"), needed(), **text_options())
    city = LookupField(_l("City"), City, required=True)
    district = StringField(_l("District"), [Length(max=200)], **text_options())
    address = StringField(_l("Address"), [Length(max=300)], **text_options())
    phone = TelField(_l("Phone"), [Length(max=200)], **text_options())
    timezone = SelectField(_l("Time zone"), choices=sorted(available_timezones()), default="Asia/Shanghai")
    opens_at = TimeField(_l("Opens at"), [InputRequired()])
    closes_at = TimeField(_l("Closes at"), [InputRequired()], description=_l("May be after midnight."))
    business_day_start = TimeField(
        _l("Business day starts at"),
        [InputRequired()],
        description=_l("A screening that starts earlier counts for the day before."),
    )
    film_week_start = SelectField(
        _l("Film week starts on"),
        choices=[SelectChoice(str(n), _l(name)) for n, name in enumerate(WEEKDAYS)],
        coerce=int,
    )
    preshow_min = IntegerField(_l("Pre-show in minutes"), _minutes(InputRequired()))
    cleaning_min = IntegerField(_l("Cleaning in minutes"), _minutes(InputRequired()))
    service_fee = MoneyField(
        _l("Service fee per ticket (yuan)"), cinemas.SERVICE_FEE_MAX, validators=[InputRequired()]
    )
    latitude = FloatField(_l("Latitude"), [Optional(), NumberRange(-90, 90)])
    longitude = FloatField(_l("Longitude"), [Optional(), NumberRange(-180, 180)])


class HallForm(RecordForm):
    cards = (
        (N_("Hall"), ("cinema", "name", "formats", "cleaning_min")),
        (N_("Seats"), ("rows", "places", "layout")),
    )

    helpers = ("rows", "places")

    cinema = LookupField(_l("Cinema"), Cinema, required=True)
    name = StringField(_l("Name"), needed(), **text_options())
    formats = EnumsField(_l("Formats"), Format, default=[Format.TWO_D.value])
    cleaning_min = IntegerField(
        _l("Cleaning in minutes"), _minutes(Optional()), description=_l("Empty means the cinema's.")
    )
    rows = IntegerField(_l("Rows"), [Optional(), NumberRange(1, halls.ROWS_MAX)])
    places = IntegerField(
        _l("Seats in a row"),
        [Optional(), NumberRange(1, halls.PLACES_MAX)],
        description=_l("Rows and seats draw a plain block when the plan below is empty."),
    )
    layout = LayoutField(
        _l("Seat plan"),
        description=_l(
            "A line per row, the first nearest the screen: s seat, w wheelchair, c couple, _ aisle."
        ),
        render_kw={"rows": 12, "spellcheck": "false", "data-monospace": ""},
    )

    def values(self) -> dict[str, Any]:
        values = super().values()
        rows, places = values.pop("rows"), values.pop("places")
        if not values["layout"] and rows and places:
            values["layout"] = halls.block(rows, places)
        return values


class ScreeningForm(RecordForm):
    cards = (
        (N_("Film and version"), ("film", "format", "audio_language", "subtitle_language")),
        (N_("Where and when"), ("hall", "starts_at")),
        (N_("Sale"), ("price", "status")),
    )

    film = LookupField(_l("Film"), Film, required=True)
    format = EnumField(_l("Format"), Format, default=Format.TWO_D)
    audio_language = SelectField(_l("Spoken language"))
    subtitle_language = SelectField(_l("Subtitles"))
    hall = LookupField(_l("Hall"), Hall, required=True, text=lambda hall: f"{hall.cinema.name} · {hall.name}")
    starts_at = DateTimeLocalField(
        _l("Feature starts at"),
        [InputRequired()],
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        description=_l("By the clock of the cinema; pre-show, end and cleaning are worked out."),
    )
    price = MoneyField(_l("Price (yuan)"), PRICE_MAX, validators=[InputRequired()])
    status = EnumField(_l("Status"), ScreeningStatus, default=ScreeningStatus.DRAFT)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in (self.audio_language, self.subtitle_language):
            # A language that an import brought and the vocabulary does not know stays choosable.
            unknown = {field.data: field.data} if field.data and field.data not in LANGUAGES.names else {}
            names = {"": N_("None or not known"), **LANGUAGES.names, **unknown}
            field.choices = [SelectChoice(code, _(name)) for code, name in names.items()]

    @classmethod
    def of(cls, record: Any, formdata: Any = None) -> RecordForm:
        form = cls(formdata, obj=record)
        if not formdata:
            form.starts_at.data = record.starts_at.astimezone(record.cinema.zone).replace(tzinfo=None)
        return form

    def values(self) -> dict[str, Any]:
        values = super().values()
        hall: Hall = values["hall"]
        instant = screenings.wall_clock(hall.cinema, self.starts_at.data)
        return {**values, "starts_at": instant.astimezone(UTC)}
