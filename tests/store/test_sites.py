import pytest

from service.store import sites
from service.store.schema import keys
from tests.store.given import DIGESTS, NOON


def test_a_name_is_taken_once(engine, site):
    """A second site of the same name is refused and the first stays."""
    with engine.begin() as connection:
        with pytest.raises(sites.NameTaken):
            sites.add_site(connection, "blog", "", NOON)
        assert sites.list_sites(connection) == [site] == [sites.find_site(connection, "blog")]


def test_a_key_is_shown_once_and_never_stored(engine, site):
    """The table holds a digest; the key finds its row through it, whatever its case."""
    with engine.begin() as connection:
        token, key = sites.add_key(connection, DIGESTS, site.id, NOON, label="main")
        row = connection.execute(keys.select()).one()
    assert len(token) == 12
    assert set(token) <= set("0123456789abcdef")
    assert token not in str(tuple(row))
    assert row.digest == DIGESTS.key(token.upper()) == key.digest
    assert token.endswith(key.hint)


def test_a_revoked_key_works_no_longer(engine, site):
    """Revoking is done once; the list without revoked keys is what the service loads."""
    with engine.begin() as connection:
        _, kept = sites.add_key(connection, DIGESTS, site.id, NOON, kind="bearer")
        _, lost = sites.add_key(connection, DIGESTS, site.id, NOON)
        assert [sites.revoke_key(connection, lost.id, NOON), sites.revoke_key(connection, lost.id, NOON)] == [True, False]
        assert sites.list_keys(connection, working_at=NOON + 1) == [kept]
        assert len(sites.list_keys(connection, site.id)) == 2


def test_a_site_has_a_window_of_its_own_for_undoing(engine, site):
    """None until it is set, and after it was given back."""
    with engine.begin() as connection:
        for seconds in (0, 90, None):
            sites.set_undo(connection, site.id, seconds)
            assert sites.list_sites(connection)[0].undo_seconds == seconds


def test_the_newest_policy_is_in_force(engine, site):
    """Policies are only appended; each has its number, author and time."""
    with engine.begin() as connection:
        numbers = [sites.add_policy(connection, site.id, body, "ana", NOON) for body in ('{"a":1}', '{"a":2}')]
        assert numbers == [1, 2]
        assert sites.policies_in_force(connection)[site.id].body == '{"a":2}'
        assert [each.version for each in sites.policy_versions(connection, site.id)] == [2, 1]
        assert sites.list_sites(connection)[0].policy_version == 2


def test_every_change_can_be_noticed(engine, site):
    """A running service that reads one number learns of changed sites, keys and policies."""
    with engine.begin() as connection:
        seen = [sites.change_number(connection)]
        _, key = sites.add_key(connection, DIGESTS, site.id, NOON)
        seen.append(sites.change_number(connection))
        sites.revoke_key(connection, key.id, NOON)
        seen.append(sites.change_number(connection))
        sites.change_site(connection, site.id, hold_as="spam")
        seen.append(sites.change_number(connection))
        sites.set_undo(connection, site.id, 30)
        seen.append(sites.change_number(connection))
        sites.add_policy(connection, site.id, "{}", "ana", NOON)
        seen.append(sites.change_number(connection))
    assert seen == sorted(set(seen))
    assert len(seen) == 6
