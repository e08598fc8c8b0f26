"""Every table has a policy, and every column is given or withheld on purpose."""

import pytest

from models import Base
from services.people import holdings


def test_every_table_has_a_policy():
    tables = set(Base.metadata.tables)

    assert tables == set(holdings.ROWS) | holdings.NOBODY
    assert not set(holdings.ROWS) & holdings.NOBODY


GIVEN = {
    "manuscript_versions": "kind slug language number text at account_id",
    "programme_versions": "programme_id number at account_id data",
    "round_previews": "id programme_id account_id round_id at seed version state policy",
    "guests": "programme_id email first_name locale zone asked_at told_at refused_at",
    "guest_lists": "id programme_id account_id name total done at confirmed_at finished_at",
    "accounts": "email locale zone adult_at suspended_until active confirmed_at create_datetime "
    "update_datetime last_login_at current_login_at last_login_ip current_login_ip login_count "
    "tf_primary_method tf_phone_number us_phone_number",
    "account_roles": "role_id",
    "passkeys": "transports backup_state device_type create_datetime lastuse_datetime name usage",
    "consents": "purpose version given_at withdrawn_at",
    "pledges": "at",
    "participants": "id programme_id first_name capacity hints joined_at completed_at "
    "waiting_since returned_at paused_at withdrawn_at",
    "answers": "participant_id item value choice importance answered_at",
    "participant_languages": "participant_id tag",
    "participant_topics": "participant_id topic",
    "availability": "participant_id weekday hour",
    "pairs": "id proposed_at terms shared_values differences",
    "exclusions": "reason at",
    "invitations": "id pair_id participant_id state slots sent_at told_at expires_at answered_at",
    "conversations": "id token pair_id programme_id language state scheduled_at sequence opened_at "
    "started_at closed_at ending step steps purged_at",
    "room_events": "conversation_id seq at type actor",
    "reports": "conversation_id reporter_id reason at due_at seen_at closed_at",
    "decisions": "on_appeal at measure until",
    "blocks": "pair_id at",
    "shifts": "starts_at ends_at",
    "facilitator_names": "shown first_name",
    "callbacks": "conversation_id participant_id at answered_at",
    "half_answers": "participant_id item value at",
    "survey_answers": "conversation_id participant_id survey item value choice words at",
    "sign_ins": "device began_at seen_at ended_at",
    "mail_stops": "mailing at",
    "subscribers": "email locale asked_at confirmed_at stopped_at",
    "mails": "kind recipient subject text calendar created_at next_try_at tries sent_at error",
    "programmes": "id slug title guide questionnaire languages topics policy zone "
    "lead accent terms synthetic hints opened_at closed_at owner_id",
    "releases": "id programme_id period at mechanism policy digest",
    "audit_entries": "seq at actor action subject data",
    "arrivals": "participant_id came_at seen_at state ended_at conversation_id",
    "standbys": "participant_id hour offered_at called_at credited_at conversation_id",
    "offers": "pair_id guide hours state offered_at expires_at answered_at",
    "commitments": "conversation_id first second signed_at",
}


@pytest.mark.parametrize("name", sorted(holdings.ROWS))
def test_every_column_is_given_or_withheld_on_purpose(name):
    table = Base.metadata.tables[name]
    withheld = set(holdings.WITHHELD.get(name, {}))

    assert set(table.columns.keys()) == set(GIVEN[name].split()) | withheld
    assert set(holdings.given(table)) == set(GIVEN[name].split())
