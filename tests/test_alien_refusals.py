"""The short form of alien_refusals.py: after each refusal in words never heard, an ordinary request is served."""

from alien_refusals import ATTEMPTS, KEYS, play


async def test_no_alien_refusal_costs_a_credential_or_more_than_its_bound() -> None:
    results = await play(42, seed=20261129)
    assert [result for result in results if not result.served_after] == []
    assert {result.states for result in results} == {("ready",) * len(KEYS)}
    from_the_way = [result for result in results if result.status in (502, 503)]
    of_google = [result for result in results if result.status not in (502, 503)]
    assert from_the_way
    assert of_google
    assert max(result.vain for result in from_the_way) <= ATTEMPTS
    assert max(result.vain for result in of_google) <= len(KEYS)
    assert {result.status for result in of_google} <= {400, 403, 404}
