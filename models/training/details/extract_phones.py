"""Step 3: cuts libphonenumber's metadata down to what finds phone numbers.

Offers ``extract()``: ``{region: [calling code, trunk prefix, plan, plan by kind]}``, where the plans are regular
expressions of national numbers without trunk prefix: all that the country's plan allows, and the ranges
that are in use for calls.

Source: Google's libphonenumber (Apache-2.0), as the package phonenumberslite carries it.
"""

# Kinds of numbers that belong to people or to whom one calls; premium lines and voice mail are left out.
_KINDS = ("fixed_line", "mobile", "toll_free", "shared_cost", "personal_number", "voip", "uan")


def extract():
    import phonenumbers

    table = {}
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        plan = phonenumbers.PhoneMetadata.metadata_for_region(region)
        kinds = []
        for kind in _KINDS:
            pattern = getattr(plan, kind) and getattr(plan, kind).national_number_pattern
            if pattern and pattern not in kinds:
                kinds.append(pattern)
        table[region] = [plan.country_code, plan.national_prefix or "", _lengths(plan.general_desc), "|".join(kinds)]
    return table


def _lengths(description):
    """The plan with its possible lengths, which the expression alone may exceed."""
    lengths = "|".join(f".{{{length}}}" for length in description.possible_length)
    return f"(?=(?:{lengths})$)(?:{description.national_number_pattern})"
