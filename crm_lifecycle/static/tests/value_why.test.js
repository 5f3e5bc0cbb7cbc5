import {expect, test} from "@odoo/hoot";
import {queryAllTexts} from "@odoo/hoot-dom";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {contains, defineModels, fields, models, mountView} from "@web/../tests/web_test_helpers";

class Value extends models.Model {
    explanation = fields.Json();

    _records = [
        {id: 1, explanation: {title: "Class A", lines: ["Number 3 of 41.", "8 % of the whole."]}},
        {id: 2, explanation: false},
    ];
}

defineMailModels();
defineModels([Value]);

async function mountWhy(resId) {
    const arch = `<form><field name="explanation" widget="lifecycle_value_why"/></form>`;
    await mountView({type: "form", resModel: "value", resId, arch});
}

test("the button says why, and takes it back", async () => {
    await mountWhy(1);
    await contains(".o_lifecycle_value_why").click();
    expect(".o_popover h5").toHaveText("Class A");
    expect(queryAllTexts(".o_popover p")).toEqual(["Number 3 of 41.", "8 % of the whole."]);
    await contains(".o_lifecycle_value_why").click();
    expect(".o_popover").toHaveCount(0);
});

test("without an explanation there is no button", async () => {
    await mountWhy(2);
    expect(".o_lifecycle_value_why").toHaveCount(0);
});
