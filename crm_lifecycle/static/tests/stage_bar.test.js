import {expect, test} from "@odoo/hoot";
import {queryAllAttributes, queryAllTexts} from "@odoo/hoot-dom";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

class Stage extends models.Model {
    _name = "crm.lifecycle.stage";
    _order = "sequence, id";

    name = fields.Char();
    code = fields.Char();
    sequence = fields.Integer();
    color = fields.Integer();
    description = fields.Text();

    // The order of the lifecycle is the sequence's, not the ids'.
    _records = [
        {id: 1, name: "First-time buyer", code: "first_buyer", sequence: 3, color: 4},
        {id: 2, name: "Suspect", code: "suspect", sequence: 1, color: 0, description: "May buy"},
        {id: 3, name: "Prospect", code: "prospect", sequence: 2, color: 2},
    ];
}

class Customer extends models.Model {
    name = fields.Char();
    stage_id = fields.Many2one({relation: "crm.lifecycle.stage"});

    _records = [
        {id: 1, name: "Azure Interior", stage_id: 3},
        {id: 2, name: "Nobody", stage_id: false},
    ];
}

defineMailModels();
defineModels([Stage, Customer]);

const ARCH = `<form><field name="name"/><field name="stage_id" widget="lifecycle_stage_bar"/></form>`;

async function mountForm(resId) {
    await mountView({type: "form", resModel: "customer", resId, arch: ARCH});
}

test("shows the stages in their order, filled up to the customer's", async () => {
    await mountForm(1);
    expect(queryAllTexts(".o_lifecycle_step")).toEqual(["Suspect", "Prospect", "First-time buyer"]);
    expect(".o_lifecycle_step:eq(0)").toHaveClass(["o_reached", "o_lifecycle_color_0"]);
    expect(".o_lifecycle_step:eq(1)").toHaveClass(["o_current", "o_lifecycle_color_2"]);
    expect(".o_lifecycle_step:eq(2)").toHaveClass(["o_ahead", "o_lifecycle_color_4"]);
    expect("[aria-current=step]").toHaveAttribute("data-code", "prospect");
});

test("explains a stage by its description, else by its name", async () => {
    await mountForm(1);
    expect(queryAllAttributes(".o_lifecycle_step", "data-tooltip")).toEqual([
        "May buy",
        "Prospect",
        "First-time buyer",
    ]);
});

test("a customer without a stage has reached none", async () => {
    await mountForm(2);
    expect(".o_lifecycle_step.o_ahead").toHaveCount(3);
    expect("[aria-current]").toHaveCount(0);
});

test("pressing a stage changes nothing", async () => {
    onRpc("customer", "web_save", () => expect.step("web_save"));
    await mountForm(1);
    await contains(".o_lifecycle_step:eq(2)").click();
    expect("[aria-current=step]").toHaveAttribute("data-code", "prospect");
    expect.verifySteps([]);
});

test("reads the stages once for a form", async () => {
    onRpc("crm.lifecycle.stage", "search_read", () => expect.step("search_read"));
    await mountView({
        type: "form",
        resModel: "customer",
        resId: 1,
        resIds: [1, 2],
        arch: ARCH,
    });
    await contains(".o_pager_next").click();
    expect(".o_lifecycle_step.o_ahead").toHaveCount(3);
    expect.verifySteps(["search_read"]);
});
