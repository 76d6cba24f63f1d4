import datetime

from events.models import Campaign
from registrations import retention


def test_what_the_file_does_not_name_follows_the_default_of_180_days():
    rules = retention.rules()
    assert rules.of("science_month") == rules.default
    assert rules.default.days == 180


def test_courses_are_kept_three_years_for_the_files():
    rule = retention.rules().of("rural_training")
    assert rule.days == 1095
    assert "培训档案" in rule.zh


def test_every_kind_named_is_a_kind_and_every_rule_says_its_basis_in_both_languages():
    rules = retention.rules()
    assert set(rules.kinds) <= set(Campaign.Kind.values)
    assert all(rule.basis("zh-hans") and rule.basis("en") for rule in [rules.default, *rules.kinds.values()])
    assert rules.version


def test_names_go_on_the_day_after_the_last_that_they_may_be_kept():
    rule = retention.Rule(days=180, zh="甲", en="a")
    assert rule.due_on(datetime.date(2026, 1, 1)) == datetime.date(2026, 7, 1)
