import {expect, test} from "@odoo/hoot";
import {click, queryAllAttributes} from "@odoo/hoot-dom";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {defineModels, fields, mockService, models, mountView} from "@web/../tests/web_test_helpers";

const NODES = [
    {id: 21, key: 1, name: "Hotel", job: "first bought", is_buyer: true, level: 1},
    {id: 22, key: 2, name: "Inn", job: "has not bought yet", is_buyer: false, level: 2},
];

class Referrer extends models.Model {
    tree = fields.Json();

    _records = [
        {id: 1, tree: {nodes: NODES, more: 0}},
        {id: 2, tree: {nodes: [], more: 0}},
    ];
}

defineMailModels();
defineModels([Referrer]);

async function mountTree(resId) {
    mockService("action", {
        doAction(action) {
            expect.step(`${action.res_model} ${action.res_id}`);
        },
    });
    await mountView({
        type: "form",
        resModel: "referrer",
        resId,
        arch: `<form><field name="tree" widget="lifecycle_referral_tree" readonly="1"/></form>`,
    });
}

test("whom they brought stands below, and opens", async () => {
    await mountTree(1);
    expect(queryAllAttributes("[role=treeitem]", "aria-level")).toEqual(["1", "2"]);
    expect("[role=treeitem]:first").toHaveAttribute("aria-label", "Hotel, first bought");
    expect(".o_decider").toHaveCount(1);
    await click("[role=treeitem]:eq(1)");
    expect.verifySteps(["res.partner 22"]);
});

test("nobody is drawn as nothing", async () => {
    await mountTree(2);
    expect("[role=tree]").toHaveCount(0);
});
