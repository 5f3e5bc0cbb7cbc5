import {beforeEach, expect, test} from "@odoo/hoot";
import {press, queryAllTexts, queryFirst} from "@odoo/hoot-dom";
import {animationFrame} from "@odoo/hoot-mock";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineParams,
    getService,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import {WebClient} from "@web/webclient/webclient";

const GRID = {
    company: "Our Company",
    currency_id: 1,
    buyers: 1300,
    minimum: 10,
    recency: ["until 1", "until 2", "", "until 4", "since 5"],
    frequency: ["1", "2", "", "3 to 5", "6 or more"],
    cells: [
        {recency: "5", frequency: "5", customers: 1000, average: 1234},
        {recency: "5", frequency: "1", customers: 200, average: 5},
        {recency: "1", frequency: "4", customers: 100, average: 0},
    ],
};

defineMailModels();

beforeEach(() => {
    onRpc("crm.lifecycle.profile", "action_open_rfm", ({args}) => {
        expect.step(JSON.stringify(args));
        return {type: "ir.actions.act_window_close"};
    });
});

async function mountGrid(grid = GRID) {
    onRpc("crm.lifecycle.profile", "get_rfm_grid", () => grid);
    await mountWithCleanup(WebClient);
    await getService("action").doAction({type: "ir.actions.client", tag: "lifecycle_rfm_grid"});
}

const focused = () => document.activeElement.getAttribute("aria-label");

test("rows run from the latest down, columns from seldom to often", async () => {
    await mountGrid();
    expect(queryAllTexts("tbody th")).toEqual([
        "5\nsince 5",
        "4\nuntil 4",
        "3",
        "2\nuntil 2",
        "1\nuntil 1",
    ]);
    expect(queryAllTexts("thead tr:last th")).toEqual([
        "Recency",
        "1\n1",
        "2\n2",
        "3",
        "4\n3 to 5",
        "5\n6 or more",
    ]);
    expect("tbody button").toHaveCount(25);
    expect("tbody tr:first button:last b").toHaveText("1,000");
    expect("tbody tr:last button:eq(3) b").toHaveText("100");
    expect("tbody tr:eq(2) button:first").toHaveText("–");
});

test("more customers are darker, and nobody has no colour", async () => {
    await mountGrid();
    const shade = (selector) =>
        parseFloat(queryFirst(selector).style.getPropertyValue("--LifecycleRfm-share"));
    expect(shade("tbody tr:first button:last")).toBe(55);
    expect(shade("tbody tr:first button:first")).toBeGreaterThan(
        shade("tbody tr:last button:eq(3)"),
    );
    expect(shade("tbody tr:eq(2) button:first")).toBe(0);
});

test("averages are said where there are any, nothing included", async () => {
    await mountGrid();
    expect("tbody tr:first button:first").toHaveAttribute(
        "aria-label",
        /Recency 5, frequency 1: 200 customers, revenue .*5.* on average/,
    );
    expect("tbody tr:last button:eq(3) small").toHaveCount(1);
});

test("without a right on amounts there are numbers alone", async () => {
    const cells = GRID.cells.map((cell) => ({...cell, average: null}));
    await mountGrid({...GRID, cells});
    expect("tbody th small").toHaveCount(5);
    expect("tbody button small").toHaveCount(0);
    expect("tbody tr:first button:first").toHaveAttribute(
        "aria-label",
        "Recency 5, frequency 1: 200 customers",
    );
});

test("a cell opens its customers, an empty one nothing", async () => {
    await mountGrid();
    await contains("tbody tr:last button:eq(3)").click();
    await contains("tbody tr:eq(2) button:first").click();
    expect.verifySteps([`["1","4"]`]);
});

test("arrow keys go from cell to cell, and no further than the edge", async () => {
    await mountGrid();
    expect("tbody button[tabindex='0']").toHaveCount(1);
    await contains("tbody button[tabindex='0']").focus();
    expect(focused()).toMatch(/^Recency 5, frequency 5/);
    for (const [key, expected] of [
        ["ArrowRight", /^Recency 5, frequency 5/],
        ["ArrowUp", /^Recency 5, frequency 5/],
        ["ArrowDown", /^Recency 4, frequency 5/],
        ["ArrowLeft", /^Recency 4, frequency 4/],
        ["Home", /^Recency 4, frequency 1/],
        ["End", /^Recency 4, frequency 5/],
        ["ArrowUp", /^Recency 5, frequency 5/],
    ]) {
        await press(key);
        await animationFrame();
        expect(focused()).toMatch(expected);
        expect("tbody button[tabindex='0']").toBeFocused();
    }
    await press("Enter");
    await animationFrame();
    expect.verifySteps([`["5","5"]`]);
});

test("from right to left the arrows follow the eye", async () => {
    defineParams({lang_parameters: {direction: "rtl"}});
    await mountGrid();
    await contains("tbody tr:first button:first").focus();
    await press("ArrowLeft");
    await animationFrame();
    expect(focused()).toMatch(/^Recency 5, frequency 2/);
});

test("too few buyers are told what it takes", async () => {
    await mountGrid({...GRID, cells: [], buyers: 3});
    expect("table").toHaveCount(0);
    expect(".o_nocontent_help").toHaveText(/takes 10 customers.*there are 3\./s);
});
