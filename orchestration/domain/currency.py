"""Currencies of ISO 4217, and the conversion of amounts between minor units, major units and text.

Babel is not used: it has the digits of CLDR, which follow how prices are shown. For 15 active currencies,
HUF and IDR among them, they differ from the minor units of ISO 4217, in which payment gateways count: an
amount would be wrong by a factor of 100.
"""

from decimal import Decimal, InvalidOperation

# Active currencies of ISO 4217 (list one), without funds, metals and testing codes.
_CODES = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP
CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG
HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL
MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR
RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD
TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
"""
# ISO 4217's "minor unit" column where it is not 2.
_NO_DIGITS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE_DIGITS = "BHD IQD JOD KWD LYD OMR TND"
_OTHER_DIGITS = dict.fromkeys(_NO_DIGITS.split(), 0) | dict.fromkeys(_THREE_DIGITS.split(), 3)

CURRENCIES: dict[str, int] = {code: _OTHER_DIGITS.get(code, 2) for code in _CODES.split()}
"""The number of decimal places of each currency."""


def to_minor(amount: str | Decimal, currency: str) -> int:
    """Turn an amount in major units ("12.50") into minor units (1250).

    Raises ValueError, with a sentence, for what is not a number, has more digits than the currency, or an
    unknown currency.
    """
    digits = CURRENCIES.get(currency)
    if digits is None:
        raise ValueError(f"{currency!r} is not an ISO 4217 currency code")
    try:
        minor = Decimal(amount).scaleb(digits)
    except InvalidOperation:
        raise ValueError(f"{amount!r} is not an amount; write it like 1200.50") from None
    if not minor.is_finite():
        raise ValueError(f"{amount!r} is not an amount; write it like 1200.50")
    if minor != minor.to_integral_value():
        raise ValueError(f"{currency} has {digits} decimal places, and {amount} has more")
    return int(minor)


def to_major(amount: int, currency: str) -> Decimal:
    """Turn minor units (1250) into an amount in major units (12.50)."""
    return Decimal(amount).scaleb(-CURRENCIES[currency])


def format_amount(amount: int, currency: str) -> str:
    """Write minor units for people: ``format_amount(120050, "EUR")`` is ``"1,200.50 EUR"``."""
    return f"{to_major(amount, currency):,f} {currency}"
