import {expect, test} from "@odoo/hoot";
import {queryAll, queryAllTexts} from "@odoo/hoot-dom";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    mockService,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

const EXPLANATION = {
    profile_id: 7,
    title: "Why Repeat buyer?",
    notes: ["Repeat buyer is kept for at least 30 days."],
    met: [{text: "purchases: 3", limit: "at least 2", holds: true, metric: "purchases", months: 0}],
    next: "For Long-term customer: 1 more purchase",
    wanted: [
        {
            text: "purchases: 3 in the last 12 months",
            limit: "at least 4",
            holds: false,
            metric: "purchases",
            months: 12,
        },
        {
            text: "marked as buying from us alone: yes",
            limit: "",
            holds: true,
            metric: "exclusive",
            months: 0,
        },
    ],
    status: "Usually 30 days between purchases.",
    may_open: true,
};

class Customer extends models.Model {
    explanation = fields.Json();

    _records = [
        {id: 1, explanation: EXPLANATION},
        {id: 2, explanation: {...EXPLANATION, notes: [], next: "", wanted: [], may_open: false}},
        {id: 3, explanation: false},
    ];
}

defineMailModels();
defineModels([Customer]);

async function mountWhy(resId) {
    const arch = `<form><field name="explanation" widget="lifecycle_why"/></form>`;
    await mountView({type: "form", resModel: "customer", resId, arch});
}

/** The conditions as the server said them: the style begins them with a capital. */
function readConditions() {
    return queryAll(".o_lifecycle_why_popover li").map((line) =>
        line.textContent.replaceAll(/\s+/g, " ").trim(),
    );
}

test("tells the conditions of the stage, with their figures, and what is missing", async () => {
    await mountWhy(1);
    expect(".o_lifecycle_why_popover").toHaveCount(0);
    await contains(".o_lifecycle_why").click();
    expect(".o_lifecycle_why_popover h5").toHaveText("Why Repeat buyer?");
    expect(".o_lifecycle_why_popover h6").toHaveText("For Long-term customer: 1 more purchase");
    expect(queryAllTexts(".o_lifecycle_why_popover p")).toEqual([
        "Repeat buyer is kept for at least 30 days.",
        "Usually 30 days between purchases.",
    ]);
    expect(readConditions()).toEqual([
        "purchases: 3 (at least 2)",
        "purchases: 3 in the last 12 months (at least 4)",
        "marked as buying from us alone: yes",
    ]);
});

test("what is met and what is missing are told apart, by name as well as by colour", async () => {
    await mountWhy(1);
    await contains(".o_lifecycle_why").click();
    expect("li:eq(0) i.fa-check").toHaveAttribute("aria-label", "met");
    expect("li:eq(1) i.fa-times").toHaveAttribute("aria-label", "missing");
    expect("li:eq(2) i.fa-check").toHaveAttribute("aria-label", "met");
});

test("a condition opens the documents behind its figure, and closes the explanation", async () => {
    onRpc("crm.lifecycle.profile", "action_open_figure", ({args}) => {
        expect.step(JSON.stringify(args));
        return {type: "ir.actions.act_window", res_model: "crm.lifecycle.event"};
    });
    mockService("action", {doAction: (action) => expect.step(action.res_model)});
    await mountWhy(1);
    await contains(".o_lifecycle_why").click();
    await contains(".o_lifecycle_why_popover li:eq(1) button").click();
    expect.verifySteps([`[[7],"purchases",12]`, "crm.lifecycle.event"]);
    expect(".o_lifecycle_why_popover").toHaveCount(0);
});

test("who may not read the documents reads the figures", async () => {
    await mountWhy(2);
    await contains(".o_lifecycle_why").click();
    expect(readConditions()).toEqual(["purchases: 3 (at least 2)"]);
    expect(".o_lifecycle_why_popover button").toHaveCount(0);
    expect(".o_lifecycle_why_popover h6").toHaveCount(0);
});

test("pressing again closes the explanation", async () => {
    await mountWhy(1);
    await contains(".o_lifecycle_why").click();
    expect(".o_lifecycle_why_popover").toHaveCount(1);
    await contains(".o_lifecycle_why").click();
    expect(".o_lifecycle_why_popover").toHaveCount(0);
});

test("there is no button where there is nothing to explain", async () => {
    await mountWhy(3);
    expect(".o_lifecycle_why").toHaveCount(0);
});
