import {expect, test} from "@odoo/hoot";
import {click, press, queryAll, queryAllAttributes, queryFirst} from "@odoo/hoot-dom";
import {animationFrame} from "@odoo/hoot-mock";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {
    defineModels,
    defineParams,
    fields,
    mockService,
    models,
    mountView,
} from "@web/../tests/web_test_helpers";

const node = (id, name, level, values = {}) => ({
    id,
    name,
    level,
    job: "",
    role: "",
    role_name: "",
    attitude: "",
    attitude_name: "",
    ...values,
});
const NODES = [
    node(11, "Ada", 1, {
        job: "Owner",
        role: "decider",
        role_name: "Decides",
        attitude: "positive",
        attitude_name: "For us",
    }),
    node(12, "Bob", 2, {role: "buyer", role_name: "Buys"}),
    node(13, "Cid", 3),
    node(14, "Dot", 1, {role: "blocker", role_name: "Blocks", attitude: "negative"}),
];

class Customer extends models.Model {
    tree = fields.Json();

    _records = [
        {id: 1, tree: {nodes: NODES, more: 0}},
        {id: 2, tree: {nodes: NODES, more: 3}},
        {id: 3, tree: false},
    ];
}

defineMailModels();
defineModels([Customer]);

async function mountTree(resId) {
    mockService("action", {
        doAction(action) {
            expect.step(`${action.res_model} ${action.res_id}`);
        },
    });
    await mountView({
        type: "form",
        resModel: "customer",
        resId,
        arch: `<form><field name="tree" widget="lifecycle_decision_tree" readonly="1"/></form>`,
    });
}

const focused = () => document.activeElement.getAttribute("aria-label");

test("contacts stand below whom they report to", async () => {
    await mountTree(1);
    expect(queryAllAttributes("[role=treeitem]", "aria-level")).toEqual(["1", "2", "3", "1"]);
    expect("[role=treeitem]:first").toHaveAttribute("aria-label", "Ada, Owner, Decides, For us");
    expect("[role=treeitem]:first .badge").toHaveText("Decides");
    expect("[role=treeitem]:first .fa-smile-o").toHaveCount(1);
    expect("[role=treeitem]:eq(2) .badge").toHaveCount(0);
    expect(".o_decider").toHaveCount(1);
    expect(".o_blocker").toHaveCount(1);
    expect("p.text-muted").toHaveCount(0);
    const indents = queryAll("[role=treeitem]").map((item) => item.getBoundingClientRect().left);
    expect(indents[1]).toBeGreaterThan(indents[0]);
    expect(indents[3]).toBe(indents[0]);
});

test("a click opens the contact", async () => {
    await mountTree(1);
    await click("[role=treeitem]:eq(1)");
    expect.verifySteps(["res.partner 12"]);
});

test("arrow keys go through the tree, and Enter opens", async () => {
    await mountTree(1);
    expect("[role=treeitem][tabindex='0']").toHaveCount(1);
    queryFirst("[role=treeitem]").focus();
    for (const [key, name] of [
        ["ArrowUp", "Ada, Owner, Decides, For us"],
        ["ArrowRight", "Bob, Buys"],
        ["ArrowRight", "Cid"],
        ["ArrowRight", "Cid"],
        ["ArrowLeft", "Bob, Buys"],
        ["ArrowDown", "Cid"],
        ["End", "Dot, Blocks"],
        ["ArrowDown", "Dot, Blocks"],
        ["ArrowLeft", "Dot, Blocks"],
        ["Home", "Ada, Owner, Decides, For us"],
    ]) {
        await press(key);
        await animationFrame();
        expect(focused()).toBe(name);
    }
    expect("[role=treeitem][tabindex='0']").toHaveCount(1);
    await press("Enter");
    expect.verifySteps(["res.partner 11"]);
});

test("arrows are mirrored where people read from right to left", async () => {
    defineParams({lang_parameters: {direction: "rtl"}});
    await mountTree(1);
    queryFirst("[role=treeitem]").focus();
    await press("ArrowLeft");
    await animationFrame();
    expect(focused()).toBe("Bob, Buys");
});

test("what is left out is counted", async () => {
    await mountTree(2);
    expect("p.text-muted").toHaveText("and 3 more");
});

test("without contacts there is no tree", async () => {
    await mountTree(3);
    expect("[role=tree]").toHaveCount(0);
});
