"""Django with hordak and nothing else, for tests/bench/postings.py."""

from environs import Env

env = Env()
SECRET_KEY = env.str("SECRET_KEY")
DATABASES = {"default": env.dj_db_url("DATABASE_URL")}
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "mptt", "hordak"]
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
DEFAULT_CURRENCY = "USD"
CURRENCIES = ["USD"]
