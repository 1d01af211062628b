"""Sign-in by OpenID Connect: the same cases at our own and at a foreign provider."""

from datetime import timedelta

import pytest

from integrations.errors import (
    AccountKindError,
    AdapterNotConfiguredError,
    LevelTooLowError,
    OfficeRefusedError,
    OfficeUnavailableError,
)
from integrations.identity.gateway import connect
from integrations.identity.provider import Provider
from integrations.identity.server import Wrong
from service.composition import system_clock
from tests.integrations.providers import (
    a_flow,
    code_in,
    foreign,
    picks,
    place_of_foreign,
    place_of_simulated,
    simulated,
)

# The foreign provider uses what its own libraries call outdated.
pytestmark = [
    pytest.mark.filterwarnings("ignore:authlib.jose module is deprecated"),
    pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning"),
]


@pytest.fixture(scope="module")
def ours():
    with simulated() as (provider, address):
        yield provider, place_of_simulated(address)


@pytest.fixture(scope="module")
def theirs():
    with foreign() as address:
        yield place_of_foreign(address)


@pytest.fixture(params=["simulated", "foreign"])
def place(request):
    if request.param == "foreign":
        return request.getfixturevalue("theirs")
    return request.getfixturevalue("ours")[1]


@pytest.fixture
def provider(ours):
    """The simulated provider, which a test may tell to misbehave."""
    ours[0].wrong = Wrong.NOTHING
    yield ours[0]
    ours[0].wrong = Wrong.NOTHING


def signed_in(gateway, flow, sub="tn-hoa"):
    return code_in(picks(gateway.address(flow), sub))


def test_who_signs_in_comes_back_as_herself(place):
    gateway, flow = place.gateway(), a_flow()
    back = picks(gateway.address(flow))
    assert f"state={flow.state}" in back

    who = gateway.identify(code_in(back), flow)

    assert who.full_name == "Nguyễn Thị Mẫu Hoa"
    assert (who.issuer, who.subject) == (place.provider.issuer, "tn-hoa")
    assert f"{who.birth_date:%d/%m/%Y}" == "20/11/1981"


def test_the_secret_goes_in_the_form_where_the_provider_wants_it_so(place):
    gateway, flow = place.gateway(client_auth="post"), a_flow()
    assert gateway.identify(signed_in(gateway, flow), flow).subject == "tn-hoa"


def test_a_code_is_good_once(place):
    gateway, flow = place.gateway(), a_flow()
    code = signed_in(gateway, flow)
    gateway.identify(code, flow)
    with pytest.raises(OfficeRefusedError):
        gateway.identify(code, flow)


def test_a_code_nobody_was_given_is_refused(place):
    with pytest.raises(OfficeRefusedError):
        place.gateway().identify("made-up", a_flow())


def test_an_answer_to_another_question_is_refused(place):
    gateway, flow = place.gateway(), a_flow()
    code = signed_in(gateway, flow)
    with pytest.raises(OfficeRefusedError, match="nonce"):
        gateway.identify(code, a_flow(nonce="nonce-of-another-sign-in"))


def test_a_token_of_another_issuer_is_refused(place):
    gateway, flow = place.gateway(), a_flow()
    base = place.provider.issuer
    named = {
        "authorization_endpoint": f"{base}/oauth2/authorize",
        "token_endpoint": f"{base}/oauth2/token",
        "jwks_uri": f"{base}/jwks",
    }
    other = place.gateway(issuer="https://issuer.example", **named)
    code = signed_in(gateway, flow)
    with pytest.raises(OfficeRefusedError, match="iss"):
        other.identify(code, flow)


def test_a_discovery_document_of_another_issuer_is_refused(place):
    gateway = place.gateway(issuer=f"{place.provider.issuer}/")
    with pytest.raises(OfficeRefusedError, match="another issuer"):
        gateway.address(a_flow())


@pytest.mark.parametrize(
    ("hours", "said"), [(25, "expired"), (-25, "issued in the future")]
)
def test_a_token_of_another_time_is_refused(place, hours, said):
    def clock():
        return system_clock() + timedelta(hours=hours)

    flow = a_flow()
    code = signed_in(place.gateway(), flow)
    with pytest.raises(OfficeRefusedError, match=said):
        place.gateway(clock=clock).identify(code, flow)


def test_a_clock_that_is_a_little_off_is_no_reason_to_refuse(place):
    def clock():
        return system_clock() - timedelta(seconds=40)

    gateway, flow = place.gateway(clock=clock), a_flow()
    assert gateway.identify(signed_in(gateway, flow), flow).subject == "tn-hoa"


def test_a_level_that_was_not_reached_is_refused(place):
    gateway, flow = place.gateway(acr_values="LoA9"), a_flow()
    code = signed_in(gateway, flow)
    with pytest.raises(LevelTooLowError):
        gateway.identify(code, flow)


def test_a_provider_that_is_gone_gives_no_answer(place):
    gateway = place.gateway(issuer="http://127.0.0.1:9")
    with pytest.raises(OfficeUnavailableError):
        gateway.address(a_flow())


# --- what only a provider that misbehaves shows ---------------------------------------


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (Wrong.NONCE, "nonce"),
        (Wrong.AUDIENCE, "aud"),
        (Wrong.PARTY, "authorized party"),
        (Wrong.ISSUER, "iss"),
        (Wrong.EXPIRED, "expired"),
        (Wrong.FUTURE, "future"),
        (Wrong.NO_SIGNATURE, "none"),
        (Wrong.SHARED_KEY, "HS256"),
        (Wrong.FOREIGN_KEY, "bad_signature"),
        (Wrong.TOKENLESS, "no ID token"),
        (Wrong.NO_NAME, "no name"),
        (Wrong.OTHER_SUBJECT, "another subject"),
        (Wrong.LOW_LEVEL, "lower level"),
    ],
)
def test_a_false_answer_is_refused(ours, provider, wrong, said):
    gateway, flow = ours[1].gateway(), a_flow()
    code = signed_in(gateway, flow)
    provider.wrong = wrong
    with pytest.raises(OfficeRefusedError, match=said):
        gateway.identify(code, flow)


@pytest.mark.parametrize(
    "wrong", [Wrong.DOWN, Wrong.GARBAGE, Wrong.ENDLESS, Wrong.REDIRECT]
)
def test_a_broken_line_is_no_answer_and_no_refusal(ours, provider, wrong):
    gateway, flow = ours[1].gateway(), a_flow()
    code = signed_in(gateway, flow)
    provider.wrong = wrong
    with pytest.raises(OfficeUnavailableError):
        gateway.identify(code, flow)


def test_a_wrong_verifier_is_refused_and_spends_the_code(ours, provider):
    gateway, flow = ours[1].gateway(), a_flow()
    code = signed_in(gateway, flow)
    with pytest.raises(OfficeRefusedError):
        gateway.identify(code, a_flow(verifier="v" * 50))
    with pytest.raises(OfficeRefusedError):
        gateway.identify(code, flow)


def test_a_wrong_secret_of_the_client_is_refused(ours, provider):
    gateway, flow = ours[1].gateway(client_secret="another"), a_flow()
    with pytest.raises(OfficeRefusedError, match="401"):
        gateway.identify(signed_in(gateway, flow), flow)


def test_no_token_of_the_provider_reaches_the_browser(ours):
    """What comes of a sign-in is who it is; the tokens end with the gateway."""
    gateway, flow = ours[1].gateway(), a_flow()
    who = gateway.identify(signed_in(gateway, flow), flow)
    told = repr(who)
    assert "eyJ" not in told
    assert "token" not in told.lower()
    assert flow.verifier not in gateway.address(flow)


def test_new_keys_are_fetched_once_and_not_again_at_once(ours, provider):
    gateway, flow = ours[1].gateway(), a_flow()
    gateway.identify(signed_in(gateway, flow), flow)
    provider.rotate()
    assert gateway.identify(signed_in(gateway, flow), flow).subject == "tn-hoa"
    provider.rotate()
    with pytest.raises(OfficeRefusedError, match="kid"):
        gateway.identify(signed_in(gateway, flow), flow)


def test_the_account_of_an_organization_is_no_person(ours, provider):
    gateway, flow = ours[1].gateway(), a_flow()
    with pytest.raises(AccountKindError):
        gateway.identify(signed_in(gateway, flow, "tn-cong-ty"), flow)


def test_a_provider_without_id_token_must_be_allowed_by_name(ours, provider):
    provider.wrong = Wrong.TOKENLESS
    gateway = ours[1].gateway(without_id_token=True, acr_values="LoA1 LoA2")
    flow = a_flow()
    assert gateway.identify(signed_in(gateway, flow), flow).person_id == "066181000056"


def test_a_line_in_the_clear_is_refused_outside_loopback():
    with pytest.raises(ValueError, match="https"):
        Provider(issuer="http://issuer.example")
    assert Provider(issuer="https://issuer.example")


def test_without_an_issuer_nothing_is_offered_and_the_check_says_what_is_missing():
    nothing = connect(Provider(), system_clock)
    assert nothing.title is None
    with pytest.raises(AdapterNotConfiguredError, match="DAT_IDENTITY__ISSUER"):
        nothing.check()
