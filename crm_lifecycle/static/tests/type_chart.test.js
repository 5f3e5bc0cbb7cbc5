import {beforeEach, expect, test} from "@odoo/hoot";
import {press, queryAllTexts, queryFirst} from "@odoo/hoot-dom";
import {animationFrame} from "@odoo/hoot-mock";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {
    contains,
    getService,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
    preloadBundle,
} from "@web/../tests/web_test_helpers";
import {CumulativeChart} from "@crm_lifecycle/value_curve/cumulative_chart";
import {WebClient} from "@web/webclient/webclient";

const TYPES = {
    company: "Our Company",
    total: 8,
    unknown: 3,
    by_hand: 1,
    rows: [
        {key: "one_time", name: "One-time", customers: 0, share: 0, textbook: false},
        {key: "transactional", name: "Transactional", customers: 5, share: 62.5, textbook: 30},
        {key: "hybrid", name: "Hybrid", customers: 2, share: 25, textbook: 30},
        {key: "relational", name: "Relational", customers: 1, share: 12.5, textbook: 40},
    ],
};

defineMailModels();
preloadBundle("web.chartjs_lib");

let charts = [];

beforeEach(() => {
    charts = [];
    patchWithCleanup(CumulativeChart.prototype, {
        draw() {
            super.draw();
            charts.push(this.chart);
        },
    });
    onRpc("crm.lifecycle.profile", "action_open_type", ({args}) => {
        expect.step(JSON.stringify(args));
        return {type: "ir.actions.act_window_close"};
    });
});

async function mountTypes(data = TYPES) {
    onRpc("crm.lifecycle.profile", "get_type_distribution", () => data);
    await mountWithCleanup(WebClient);
    await getService("action").doAction({type: "ir.actions.client", tag: "lifecycle_type_chart"});
}

test("own shares stand beside the textbook's, which knows no one-time customers", async () => {
    await mountTypes();
    const [own, textbook] = charts[0].data.datasets;
    expect(own.data).toEqual([0, 62.5, 25, 12.5]);
    expect(textbook.data).toEqual([null, 30, 30, 40]);
    expect(".o_lifecycle_headline").toHaveText(
        "62.5 % of the 8 customers whose type is known are: Transactional",
    );
});

test("bars open their customers by keyboard", async () => {
    await mountTypes();
    const chart = queryFirst(".o_lifecycle_chart");
    chart.focus();
    await press("ArrowRight");
    await animationFrame();
    expect(chart).toHaveAttribute(
        "aria-valuetext",
        "Transactional: 5 customers, 62.5 %; textbook 30 %",
    );
    await press("Enter");
    await animationFrame();
    expect.verifySteps(['["transactional"]']);
});

test("the table says the same, and who has no type is a click away", async () => {
    await mountTypes();
    await contains(".o_lifecycle_as_table").click();
    expect(queryAllTexts(".o_lifecycle_type_table tbody tr:first-child > *")).toEqual([
        "One-time",
        "0",
        "0 %",
        "–",
    ]);
    expect(queryAllTexts(".o_lifecycle_type_table tbody tr:last-child > *")).toEqual([
        "Relational",
        "1",
        "12.5 %",
        "40 %",
    ]);
    await contains(".o_lifecycle_type_table tbody tr:last-child button").click();
    await contains(".o_lifecycle_untyped").click();
    expect.verifySteps(['["relational"]', "[false]"]);
});

test("types set by hand are a click away, and none where there are none", async () => {
    await mountTypes();
    patchWithCleanup(getService("action"), {
        doAction(action, options) {
            expect.step(JSON.stringify([action, options.additionalContext]));
        },
    });
    expect(".o_lifecycle_by_hand").toHaveText("Set by hand: 1");
    await contains(".o_lifecycle_by_hand").click();
    expect.verifySteps([
        '["crm_lifecycle.crm_lifecycle_type_override_action",{"search_default_in_force":true}]',
    ]);
});

test("without a type there is help instead", async () => {
    const rows = TYPES.rows.map((row) => ({...row, customers: 0, share: 0}));
    await mountTypes({...TYPES, total: 0, rows});
    expect(".o_nocontent_help").toHaveText(/No customer's type is known yet/);
    expect(charts).toHaveLength(0);
});
