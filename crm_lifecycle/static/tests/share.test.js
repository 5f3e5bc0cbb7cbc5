import {expect, test} from "@odoo/hoot";
import {patchWithCleanup} from "@web/../tests/web_test_helpers";
import {localization} from "@web/core/l10n/localization";
import {formatShare} from "@crm_lifecycle/share/share_field";

test("a share that nobody can tell is empty, and none is none", () => {
    patchWithCleanup(localization, {decimalPoint: ".", thousandsSep: ",", grouping: [3, 0]});
    expect(formatShare(false)).toBe("");
    expect(formatShare(null)).toBe("");
    expect(formatShare(0)).toBe("0%");
    expect(formatShare(0.25)).toBe("25%");
});
