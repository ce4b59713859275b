"""What follows an attempt, as a table: outcomes so far → the next step, and the error when there is none."""

import itertools

import pytest

from gcli2api_tui.credentials.credential import ApiKey, Credential, Kind
from gcli2api_tui.dialects.call import Call
from gcli2api_tui.events.problems import ClientFault, FaultKind, NoCredential, Proof, UpstreamFault
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.gemini.repairs import Repair
from gcli2api_tui.pool.ports import ALL, Lease
from gcli2api_tui.relay.cut_off_answers import MOST, SoFar
from gcli2api_tui.relay.fault_rules import RATE_LIMITS, RETRYABLE, doubt
from gcli2api_tui.relay.hop_resumption import as_it_stood
from gcli2api_tui.relay.ports import Limits
from gcli2api_tui.relay.retry_policy import NOT_OF_QUESTIONS, Policy
from gcli2api_tui.relay.steps_and_outcomes import Answered, Attempt, Broke, Left, Refused, Step, StoppedAtLimit

FOUR = Limits(attempts=4)
HI = {"contents": [{"role": "user", "parts": [{"text": "hi"}]}]}
TOOLS = {"tools": [{"functionDeclarations": [{"name": "f", "parametersJsonSchema": {"type": "object", "x-odd": 1}}]}]}
NAMING = {"contents": [{"role": "user", "parts": [{"fileData": {"fileUri": "https://x/files/abc"}}]}]}
UNREADABLE = "Invalid JSON payload received. Unknown name \"x-odd\" at 'tools[0].function_declarations[0]'"
END = {"candidates": [{"finishReason": "MAX_TOKENS", "index": 0}]}
NOBODY = NoCredential("all rest")
WAITING = NoCredential("all rest", retry_after_s=30.0)
_numbers = itertools.count()


def call(request=HI, **more):
    return Call("chat", "m", "m", more.pop("stream", True), request, **more)


def fault(kind="server", **more):
    return UpstreamFault(FaultKind(kind), f"google says {kind}", **{"status": 500, **more})


def lease(name="a"):
    credential = Credential(CredentialId(name), Kind.API_KEY, name, ApiKey(Secret("k")))
    return Lease(next(_numbers), credential, "m", "")


def refused(kind="server", on="a", step=None, **more):
    """A refusal of a lease of its own, or of one that was kept for its step."""
    step = step or Step(HI)
    found = kind if isinstance(kind, UpstreamFault) else fault(kind)
    return Refused(Attempt(step.lease or lease(on), step.request, step), found, **more)


def play(policy, *kinds):
    """Outcomes of faults that come one after the other on the steps that the policy wants; the step after them."""
    outcomes = []
    for kind, on in kinds:
        step = policy.next(outcomes)
        outcomes.append(refused(kind, on, step))
    return outcomes, policy.next(outcomes)


def test_the_first_step_asks_as_the_client_does():
    assert Policy(call(), ALL, FOUR).next([]) == Step(HI)
    assert Policy(call(stream=False), ALL, FOUR).next([]).whole
    assert Policy(call(fake=True), ALL, FOUR).next([]).whole
    assert Policy(call(full=True), ALL, FOUR).next([]).so_far == SoFar()


@pytest.mark.parametrize("outcome", [Answered, Left])
def test_an_answer_or_nobody_who_waits_is_the_end(outcome):
    assert Policy(call(), ALL, FOUR).next([refused(), outcome(Attempt(lease(), HI, Step(HI)))]) is None


@pytest.mark.parametrize("kind", [kind for kind in FaultKind if kind is not FaultKind.AUTH])
def test_what_follows_each_refusal(kind):
    """(whom to pass over, pause, whole instead of a stream), or the end."""
    _, step = play(Policy(call(), ALL, FOUR), (kind, "a"))
    again = (("a",), ())
    table = {
        FaultKind.CLIENT: None,
        FaultKind.CAPACITY: (again, 0.25, False),
        FaultKind.SERVER: (again, 0.25, False),
        FaultKind.NETWORK: (again, 0.25, False),
        FaultKind.TIMEOUT: (again, 0.25, False),
        FaultKind.PROTOCOL: (again, 0.0, True),
    }
    wanted = table.get(kind, ((("a",),), 0.0, False))
    assert (step and (step.without, step.pause_s, step.whole)) == wanted


def test_a_refused_token_is_renewed_once_on_its_lease():
    outcomes, step = play(Policy(call(), ALL, FOUR), ("auth", "a"))
    assert step.renew
    assert step.lease is outcomes[0].attempt.lease
    _, step = play(Policy(call(), ALL, FOUR), ("auth", "a"), ("auth", "a"))
    assert (step.renew, step.lease, step.without) == (False, None, (("a",),))
    _, step = play(Policy(call(), ALL, FOUR), ("auth", "a"), ("auth", "a"), ("auth", "b"))
    assert step.renew, "each credential has a token of its own"


def test_each_attempt_says_its_own_reason_and_waits_for_nothing_that_is_over():
    bad = UpstreamFault(FaultKind.CLIENT, UNREADABLE, status=400)
    policy = Policy(call(HI | TOOLS), ALL, Limits(attempts=9))
    outcomes, waited = play(policy, ("capacity", "a"))
    assert waited.pause_s
    outcomes.append(refused("auth", "a", waited))
    renewed = policy.next(outcomes)
    assert (renewed.reason, renewed.pause_s) == ("again, with a new access token", 0.0)
    outcomes.append(refused(bad, "a", renewed))
    better = policy.next(outcomes)
    assert (better.reason, better.renew) == ("again, with the request repaired", False)
    outcomes.append(refused("rate", "a", better))
    assert policy.next(outcomes).reason == ""


def test_a_repaired_request_goes_out_on_the_same_lease_and_stays_repaired():
    bad = UpstreamFault(FaultKind.CLIENT, UNREADABLE, status=400)
    policy = Policy(call(HI | TOOLS), ALL, FOUR)
    outcomes, step = play(policy, (bad, "a"))
    assert step.lease is outcomes[0].attempt.lease
    assert step.repairs
    assert "x-odd" not in str(step.request)
    outcomes, step = play(policy, (bad, "a"), ("rate", "a"))
    assert (step.lease, step.without, bool(step.repairs)) == (None, (("a",),), True)
    assert "x-odd" not in str(step.request)
    assert play(policy, (bad, "a"), (bad, "a"))[1] is None, "each repair once"


def test_trouble_is_tried_again_after_longer_and_longer_pauses_up_to_the_attempts():
    policy = Policy(call(), ALL, Limits(attempts=6))
    pauses = [play(policy, *[("capacity", "a")] * count)[1].pause_s for count in range(1, 6)]
    assert pauses == [0.25, 0.5, 1.0, 1.0, 1.0]
    assert play(policy, *[("capacity", "a")] * 6)[1] is None


def test_who_refuses_for_himself_counts_for_no_attempt():
    names = "abcdefgh"
    _, step = play(Policy(call(), ALL, Limits(attempts=2)), *[("rate", name) for name in names])
    assert step.without == (tuple(names),)


def test_a_timeout_is_tried_once_more_not_thrice():
    assert play(Policy(call(), ALL, FOUR), ("timeout", "a"))[1]
    assert play(Policy(call(), ALL, FOUR), ("timeout", "a"), ("timeout", "b"))[1] is None


def test_when_all_were_tried_the_blameless_have_their_turn_again():
    policy = Policy(call(), ALL, Limits(attempts=9))
    _, step = play(policy, ("rate", "a"), ("server", "b"), ("server", "c"))
    assert step.without == (("a", "b", "c"), ("a",))
    _, step = play(policy, ("rate", "a"), ("server", "b"), ("server", "c"), ("server", "b"))
    assert step.without == (("a", "b"), ("a",)), "c comes before b"
    _, step = play(policy, ("server", "a"), ("rate", "b"))
    assert step.without == (("a", "b"),), "nobody again after a refusal of his own"


def test_a_stream_that_breaks_off_is_asked_for_whole_from_then_on():
    _, step = play(Policy(call(), ALL, Limits(attempts=9)), ("protocol", "a"), ("server", "b"))
    assert step.whole
    assert step.reason == "asked for a whole answer, because a stream broke off"
    _, step = play(Policy(call(), ALL, Limits(attempts=9)), (fault("protocol", reason="MALFORMED_FUNCTION_CALL"), "a"))
    assert not step.whole
    _, step = play(Policy(call(), ALL, Limits(attempts=9)), ("network", "a"), ("network", "b"))
    assert step.whole
    assert play(Policy(call(stream=False), ALL, Limits(attempts=9)), ("protocol", "a"))[1].reason == ""


def test_an_empty_answer_counts_the_second_time():
    policy = Policy(call(), ALL, Limits(attempts=9))
    assert not policy.next([refused("protocol")]).empty_counts
    step = policy.next([refused("protocol", empty=True)])
    assert step.empty_counts
    assert policy.next([refused("protocol", empty=True), refused("rate", "b", step)]).empty_counts


def stopped(step, said="a"):
    return StoppedAtLimit(Attempt(lease(), HI, step), END, said, {"candidatesTokenCount": 2})


def broke(step, said="a", kind="network"):
    return Broke(Attempt(lease(), HI, step), fault(kind), said)


def test_an_answer_at_its_limit_goes_on_with_what_was_said():
    policy = Policy(call(full=True), ALL, FOUR)
    outcomes = [stopped(policy.next([]))]
    step = policy.next(outcomes)
    assert step.so_far == SoFar("a", 1, {"candidatesTokenCount": 2})
    assert (step.reason, step.empty_counts) == (f"continues the answer that was cut (1 of {MOST})", True)
    while step := policy.next(outcomes):
        outcomes.append(stopped(step))
    assert len(outcomes) == 1 + MOST


@pytest.mark.parametrize(
    ("said", "kind", "goes_on"),
    [("a", "network", True), ("", "network", True), (None, "network", False), ("a", "client", False)],
)
def test_content_that_broke_off_is_continued_or_nothing(said, kind, goes_on):
    policy = Policy(call(full=True), ALL, FOUR)
    outcomes = [broke(policy.next([]), said, kind)]
    step = policy.next(outcomes)
    assert (step is not None) == goes_on
    assert Policy(call(), ALL, FOUR).next([broke(Step(HI))]) is None, "not without the wish"


def test_a_continuation_asks_in_the_way_that_has_worked():
    policy = Policy(call(full=True), ALL, FOUR)
    once = stopped(Step({"contents": []}, repairs=(Repair({}),), whole=True, so_far=SoFar()))
    step = policy.next([once])
    assert (step.request, step.repairs, step.whole) == ({"contents": []}, (Repair({}),), True)


def test_a_second_continuation_counts_only_its_own_failures():
    policy = Policy(call(full=True), ALL, Limits(attempts=2))
    outcomes = [broke(policy.next([]))]
    outcomes.append(refused("server", "a", policy.next(outcomes)))
    outcomes.append(broke(policy.next(outcomes)))
    for name in "bcd":
        step = policy.next(outcomes)
        outcomes.append(refused("rate", name, step))
    outcomes.append(refused("server", "e", policy.next(outcomes)))
    assert policy.next(outcomes).without == (("b", "c", "d", "e"), ("b", "c", "d"))


def test_a_continuation_has_attempts_of_its_own_and_passes_over_nobody():
    policy = Policy(call(full=True), ALL, Limits(attempts=2))
    first = refused("server", "a", policy.next([]))
    cut = broke(policy.next([first]))
    step = policy.next([first, cut])
    assert (step.without, step.pause_s) == (((),), 0.0)
    again = policy.next([first, cut, refused("server", "a", step)])
    assert again.so_far.text == "a"
    assert policy.next([first, cut, refused("server", "a", step), refused("server", "b", again)]) is None


def test_what_the_client_gets_when_no_continuation_comes():
    policy = Policy(call(full=True), ALL, Limits(attempts=2))
    at_limit = stopped(policy.next([]))
    step = policy.next([at_limit])
    for then in ([], [refused("rate", "a", step)], [refused("client", "a", step)]):
        assert policy.result([at_limit, *then], NOBODY).end is END
    cut = broke(policy.next([]))
    assert policy.result([cut, refused("rate", "a", step)], WAITING) is cut.fault
    assert policy.result([at_limit, cut], None) is cut.fault
    nothing = [at_limit, Left(Attempt(lease(), HI, step))]
    assert as_it_stood(nothing).end is END
    assert as_it_stood([at_limit, Left(Attempt(lease(), HI, step), content=True)]) is None


@pytest.mark.parametrize(
    ("kinds", "nobody", "heard"),
    [
        ([], WAITING, WAITING),
        (["client"], None, "client"),
        (["rate", "server"], None, "server"),
        (["terms"], NOBODY, "terms"),
        (["terms"], WAITING, WAITING),
        (["resource", "rate"], WAITING, "resource"),
        (["resource"], NOBODY, "resource"),
    ],
)
def test_the_final_error(kinds, nobody, heard):
    outcomes = [refused(kind, name) for kind, name in zip(kinds, "ab", strict=False)]
    found = Policy(call(), ALL, FOUR).final_error(outcomes, nobody)
    assert (found if heard is nobody else found.kind) == heard


def test_a_model_that_nobody_has_any_more_is_told_as_it_is():
    gone = ClientFault("no such model", status=404)
    assert Policy(call(), ALL, FOUR).final_error([refused("rate")], gone) is gone


def test_of_refusals_about_a_thing_the_one_that_passes_is_told():
    said = {"a": 403, "b": 400, "c": 404}
    outcomes = [refused(fault("resource", status=status), name) for name, status in said.items()]
    assert Policy(call(), ALL, FOUR).final_error(outcomes, NOBODY) is outcomes[1].fault


def test_a_question_that_google_does_not_count_hears_no_waiting_time_of_the_pool():
    outcomes = [refused("rate", "a")]
    assert Policy(call(), ALL, FOUR, counted=False).final_error(outcomes, WAITING) is outcomes[0].fault
    assert Policy(call(), ALL, FOUR).final_error(outcomes, WAITING) is WAITING


UNHEARD = {"proof": Proof.NONE, "status": 403}


def test_a_refusal_about_a_thing_that_the_request_names_is_the_requests():
    for request, known, kind in ((NAMING, True, "resource"), (HI, False, "resource"), (HI, True, "forbidden")):
        policy = Policy(call(request), ALL, FOUR, known_model=lambda model, known=known: known and model == "m")
        assert policy.judged(refused(fault("forbidden", **UNHEARD))).fault.kind == kind
        assert policy.judged(refused("terms")).fault.kind == "terms", "a known reason is believed"


def test_a_tuned_model_is_a_thing_too():
    tuned = Call("chat", "tunedModels/x", "tunedModels/x", True, HI)
    assert Policy(tuned, ALL, FOUR).judged(refused(fault("forbidden", **UNHEARD))).fault.kind == "resource"


def test_an_end_for_breaches_of_the_use_policy_casts_doubt_on_the_account():
    attempt = Attempt(lease(), HI, Step(HI))
    words = doubt(Answered(attempt, "PUP_LIMITED_DISABLED"))
    assert words == "Google has limited this account for breaches of its use policy (PUP_LIMITED_DISABLED)."
    assert doubt(Answered(attempt, "STOP")) == doubt(stopped(Step(HI))) == ""


def test_words_never_heard_are_settled_when_the_request_is_over():
    policy = Policy(call(), ALL, FOUR)
    one, other = (refused(fault("forbidden", **UNHEARD), name) for name in "ab")
    third = refused(fault("forbidden", proof=Proof.NONE, status=404), "c")
    assert policy.blamed(one) is None
    assert policy.blamed_at_last([one]) == [one]
    assert policy.blamed_at_last([one, other]) == [], "two say the same: it is the request"
    assert policy.blamed_at_last([one, other, third]) == [third]
    served = Answered(Attempt(lease(), HI, Step(HI)))
    assert policy.blamed_at_last([one, other, served]) == [one, other], "the request was well"
    assert policy.final_error([one, other], NOBODY).kind == "resource"


@pytest.mark.parametrize(
    ("outcome", "blamed"),
    [
        (refused("rate"), True),
        (refused("auth"), True),
        (refused("resource"), False),
        (broke(Step(HI), None, "rate"), True),
        (broke(Step(HI), None, "auth"), False),
        (Answered(Attempt(lease(), HI, Step(HI))), False),
    ],
)
def test_what_the_pool_hears_of_a_lease(outcome, blamed):
    assert bool(Policy(call(), ALL, FOUR).blamed(outcome)) == blamed


def test_questions_tell_the_pool_only_of_the_credential_itself():
    embedding, counting = (Policy(call(), ALL, FOUR, unheard=NOT_OF_QUESTIONS | more) for more in (set(), RATE_LIMITS))
    for kind in FaultKind:
        outcome = refused(kind)
        told = kind not in RETRYABLE | {FaultKind.CLIENT, FaultKind.MODEL, FaultKind.RESOURCE}
        assert bool(embedding.blamed(outcome)) == told
        assert bool(counting.blamed(outcome)) == (told and kind not in RATE_LIMITS)


def test_a_refusal_that_was_repaired_or_renewed_blames_nobody():
    policy = Policy(call(), ALL, FOUR)
    outcomes, step = play(policy, ("auth", "a"))
    answered = Answered(Attempt(step.lease, HI, step))
    assert policy.blamed(answered) is None
    assert policy.blamed_at_last([*outcomes, answered]) == []
