"""Single sign-on by SAML: an assertion counts once, for us, now, signed by the provider."""

import base64
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import xmlsec
from allauth.socialaccount.models import SocialAccount
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID
from django.core.cache import cache
from django.test import Client
from lxml import etree

from koogallery.models import User
from tests.koogallery.sign_on.issuer import new_key

pytestmark = pytest.mark.django_db

BEGIN, ACS, FINISH, METADATA, OUT = (
    f"/accounts/sso/saml/{what}/" for what in ("request", "acs", "acs/finish", "metadata", "sls")
)
PORTAL = "http://portal.example"
PROVIDER = "https://provider.example/saml"
MAIL = "urn:oid:0.9.2342.19200300.100.1.3"
TWO = "urn:oasis:names:tc:SAML:2.0:ac:classes:TimeSyncToken"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"

RESPONSE = """\
<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"
  xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="r{number}" Version="2.0"
  IssueInstant="{now}" Destination="{destination}" {answers}>
  <saml:Issuer>{issuer}</saml:Issuer>
  <samlp:Status><samlp:StatusCode Value="{status}"/></samlp:Status>
  <saml:Assertion ID="a{number}" Version="2.0" IssueInstant="{now}">
    <saml:Issuer>{issuer}</saml:Issuer>
    <saml:Subject>
      <saml:NameID Format="{kind}">{subject}</saml:NameID>
      <saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
        <saml:SubjectConfirmationData NotOnOrAfter="{until}" Recipient="{destination}" {answers}/>
      </saml:SubjectConfirmation>
    </saml:Subject>
    <saml:Conditions NotBefore="{since}" NotOnOrAfter="{until}">
      <saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction>
    </saml:Conditions>
    <saml:AuthnStatement AuthnInstant="{now}" SessionIndex="s">
      <saml:AuthnContext>
        <saml:AuthnContextClassRef>{context}</saml:AuthnContextClassRef>
      </saml:AuthnContext>
    </saml:AuthnStatement>
    <saml:AttributeStatement>
      <saml:Attribute Name="{mail}">
        <saml:AttributeValue>{address}</saml:AttributeValue>
      </saml:Attribute>
      <saml:Attribute Name="groups">
        <saml:AttributeValue>Books</saml:AttributeValue>
      </saml:Attribute>
    </saml:AttributeStatement>
  </saml:Assertion>
</samlp:Response>"""

KEY, ANOTHER = new_key(), new_key()


def certificate() -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "provider")])
    today = datetime.now(UTC)
    built = (
        x509.CertificateBuilder(name, name, KEY.public_key(), 1)
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .sign(KEY, hashes.SHA256())
    )
    return base64.b64encode(built.public_bytes(serialization.Encoding.DER)).decode()


CERTIFICATE = certificate()


def at(**later: int) -> str:
    return (datetime.now(UTC) + timedelta(**later)).strftime("%Y-%m-%dT%H:%M:%SZ")


def response(asked: str, **untrue: Any) -> Any:
    told = {
        "number": "1",
        "now": at(),
        "since": at(minutes=-1),
        "until": at(minutes=5),
        "destination": f"{PORTAL}{ACS}",
        "answers": f'InResponseTo="{asked}"' if asked else "",
        "issuer": PROVIDER,
        "status": "urn:oasis:names:tc:SAML:2.0:status:Success",
        "kind": PERSISTENT,
        "subject": "p-1",
        "audience": f"{PORTAL}{METADATA}",
        "context": TWO,
        "mail": MAIL,
        "address": "olga@example.com",
    }
    return etree.fromstring(RESPONSE.format(**told | untrue).encode())


#: Its stubs leave out what its own module makes.
signing: Any = xmlsec


def sign(tree: Any, key: Any = KEY) -> Any:
    """The assertion alone, as most providers do."""
    assertion = tree.find("{*}Assertion")
    signature = signing.template.create(
        assertion, signing.Transform.EXCL_C14N, signing.Transform.RSA_SHA256, ns="ds"
    )
    assertion.insert(1, signature)
    reference = signing.template.add_reference(
        signature, signing.Transform.SHA256, uri=f"#{assertion.get('ID')}"
    )
    signing.template.add_transform(reference, signing.Transform.ENVELOPED)
    signing.template.add_transform(reference, signing.Transform.EXCL_C14N)
    signing.tree.add_ids(assertion, ["ID"])
    context = signing.SignatureContext()
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    context.key = signing.Key.from_memory(pem, signing.KeyFormat.PEM)
    context.sign(signature)
    return tree


@pytest.fixture(autouse=True)
def olga(settings: Any) -> User:
    settings.SAML_ENTITY_ID, settings.SAML_CERTIFICATE = PROVIDER, CERTIFICATE
    settings.SAML_SIGN_IN_URL = "https://provider.example/sign-in"
    settings.SAML_SIGN_OUT_URL = "https://provider.example/sign-out"
    settings.SSO_TRUSTS_ADDRESSES = True
    settings.ALLOWED_HOSTS = ["portal.example"]
    cache.clear()
    return User.objects.create_user("olga", "olga@example.com", is_staff=True)


def browser() -> Client:
    return Client(headers={"Host": "portal.example"})


def request_of(client: Client) -> Any:
    """What the provider is asked by way of the browser."""
    there = client.get(BEGIN, {"next": "/account/"})["Location"]
    [sent] = parse_qs(urlsplit(there).query)["SAMLRequest"]
    return etree.fromstring(zlib.decompress(base64.b64decode(sent), -15))


def answered(client: Client, tree: Any) -> Any:
    """By a form of another site: without the session, which the next page has again."""
    body = base64.b64encode(etree.tostring(tree)).decode()
    client.post(ACS, {"SAMLResponse": body})
    return client.get(FINISH)


def signed_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def test_an_operator_signs_in_by_an_assertion_and_once(olga: User) -> None:
    client = browser()
    asked = request_of(client)
    assert (asked.get("ForceAuthn"), asked.get("Destination")) == (
        "true",
        "https://provider.example/sign-in",
    )
    tree = sign(response(asked.get("ID")))
    assert answered(client, tree)["Location"] == "/account/"
    assert signed_in(client)
    [link] = SocialAccount.objects.values_list("user", "provider", "uid", "extra_data")
    assert link == (olga.pk, "saml", "p-1", {})
    for replayed_in in (client, browser()):
        replayed_in.post("/accounts/logout/")
        again = answered(replayed_in, tree)
        assert (again.status_code, "finished before" in again.text) == (403, True)
        assert not signed_in(replayed_in)


def unsigned(tree: Any) -> Any:
    return tree


def signed_by_another(tree: Any) -> Any:
    return sign(tree, ANOTHER)


def changed_after(tree: Any) -> Any:
    sign(tree).find(".//{*}NameID").text = "p-2"
    return tree


def wrapped(tree: Any) -> Any:
    """A signed assertion is there, and another one before it."""
    forged: Any = etree.fromstring(etree.tostring(sign(tree).find("{*}Assertion")))
    forged.set("ID", "forged")
    forged.find(".//{*}NameID").text = "p-2"
    forged.remove(forged.find("{*}Signature"))
    tree.insert(2, forged)
    return tree


@pytest.mark.parametrize("forge", [unsigned, signed_by_another, changed_after, wrapped])
def test_a_signature_has_to_be_the_providers(forge: Callable[[Any], Any]) -> None:
    client = browser()
    answer = answered(client, forge(response(request_of(client).get("ID"))))
    assert (answer.status_code, "does not count" in answer.text) == (403, True)
    assert not signed_in(client) and not SocialAccount.objects.exists()


UNTRUE: dict[str, dict[str, Any]] = {
    "another audience": {"audience": "https://elsewhere.example"},
    "another issuer": {"issuer": "https://elsewhere.example"},
    "another destination": {"destination": "https://elsewhere.example/acs"},
    "too old": {"until": at(minutes=-10)},
    "from the future": {"since": at(hours=1)},
    "refused there": {"status": "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed"},
    "a name for once": {"kind": "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"},
    "no name": {"subject": ""},
    "another's address": {"address": "nia@example.com"},
}


@pytest.mark.parametrize("untrue", UNTRUE.values(), ids=UNTRUE)
def test_what_is_signed_has_to_be_for_us_and_now(untrue: dict[str, Any]) -> None:
    client = browser()
    answer = answered(client, sign(response(request_of(client).get("ID"), **untrue)))
    assert (answer.status_code, "not signed in" in answer.text) == (403, True)
    assert not signed_in(client) and not SocialAccount.objects.exists()


@pytest.mark.parametrize("asked", ["", "ONELOGIN_of_somebody_else"])
def test_what_nobody_asked_for_lets_nobody_in(asked: str) -> None:
    client = browser()
    request_of(client)
    assert answered(client, sign(response(asked))).status_code == 403
    assert not signed_in(client)


@pytest.mark.parametrize(
    "sent", [b"", b"<a/>", b"not base64 \xff", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"]
)
def test_what_is_no_response_is_refused_in_words(sent: bytes) -> None:
    client = browser()
    request_of(client)
    client.post(ACS, {"SAMLResponse": base64.b64encode(sent).decode()})
    assert client.get(FINISH).status_code == 403
    client.post(ACS, {"SAMLResponse": "%%%"})
    assert client.get(FINISH).status_code == 403
    assert client.get(FINISH).status_code == 403
    assert client.post(ACS, {"SAMLResponse": "A" * 200_000}).status_code == 403


def test_a_second_factor_and_groups_are_read_from_the_assertion(settings: Any, olga: User) -> None:
    settings.OPERATORS_SECOND_FACTOR, settings.SSO_SECOND_FACTORS = True, [TWO]
    settings.SSO_ROLES = {"Books": ["auditor"]}
    client = browser()
    answered(client, sign(response(request_of(client).get("ID"))))
    assert client.get("/admin/").status_code == 200
    olga.refresh_from_db()
    assert olga.operator_roles == ["auditor"]
    client = browser()
    answered(client, sign(response(request_of(client).get("ID"), context="password")))
    assert client.get("/admin/")["Location"] == "/account/"


def test_a_sign_out_that_is_not_signed_ends_nothing() -> None:
    client = browser()
    answered(client, sign(response(request_of(client).get("ID"))))
    asked = f"""<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"
      xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="o" Version="2.0"
      IssueInstant="{at()}" Destination="{PORTAL}{OUT}"><saml:Issuer>{PROVIDER}</saml:Issuer>
      <saml:NameID>p-1</saml:NameID></samlp:LogoutRequest>"""
    deflated = zlib.compress(asked.encode())[2:-4]
    query = {"SAMLRequest": base64.b64encode(deflated).decode()}
    assert client.get(OUT, query).status_code == 403
    more = {"SigAlg": "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "Signature": "QQ=="}
    assert client.get(OUT, query | more).status_code == 400
    assert signed_in(client)


def test_the_provider_reads_who_we_are() -> None:
    tree = etree.fromstring(browser().get(METADATA).content)
    [service] = tree.iter("{*}AssertionConsumerService")
    assert (service.get("Location"), tree.get("entityID")) == (
        f"{PORTAL}{ACS}",
        f"{PORTAL}{METADATA}",
    )
