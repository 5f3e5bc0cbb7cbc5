import {beforeEach, describe, expect, test} from "@odoo/hoot";
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

const WHALE = {
    company: "Our Company",
    currency_id: 1,
    customers: 4,
    peak: 2,
    losers: 2,
    total: 200,
    points: [
        {place: 0, cumulative: 0},
        {place: 1, cumulative: 180},
        {place: 2, cumulative: 260},
        {place: 3, cumulative: 260},
        {place: 4, cumulative: 200},
    ],
    tenths: [
        {first: 1, last: 1, amount: 180, cumulative: 180},
        {first: 2, last: 3, amount: 80, cumulative: 260},
        {first: 4, last: 4, amount: -60, cumulative: 200},
    ],
};
const PARETO = {
    company: "Our Company",
    currency_id: 1,
    total: 1000,
    rows: [
        {key: 7, name: "Italy", groups: 1, customers: 3, amount: 700, cumulative: 700},
        {key: false, name: "Not set", groups: 1, customers: 2, amount: 200, cumulative: 900},
        {key: false, name: false, groups: 1200, customers: 1400, amount: 100, cumulative: 1000},
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
    for (const method of ["action_open_places", "action_open_pareto"]) {
        onRpc("crm.lifecycle.value", method, ({args}) => {
            expect.step(JSON.stringify(args));
            return {type: "ir.actions.act_window_close"};
        });
    }
});

async function mountAction(tag, method, data) {
    onRpc("crm.lifecycle.value", method, ({kwargs}) => {
        expect.step(`${kwargs.axis || "-"} ${kwargs.basis} ${kwargs.span}`);
        return data;
    });
    await mountWithCleanup(WebClient);
    await getService("action").doAction({type: "ir.actions.client", tag});
}

const mountWhale = (data = WHALE) => mountAction("lifecycle_whale_curve", "get_whale_curve", data);
const mountPareto = (data = PARETO) => mountAction("lifecycle_pareto", "get_pareto", data);

describe("whale curve", () => {
    test("the peak is said and marked", async () => {
        await mountWhale();
        expect(".o_lifecycle_headline").toHaveText(
            "The best 50 % of the customers bring 130 % of the whole; the others take it back to 100 %.",
        );
        const [curve, , peak] = charts[0].data.datasets;
        expect(curve.data.map(({x, y}) => [x, y])).toEqual([
            [25, 90],
            [50, 130],
            [75, 130],
            [100, 100],
        ]);
        expect(peak.data).toEqual([{x: 50, y: 130}]);
        expect.verifySteps(["- contribution 12m"]);
    });

    test("where nobody costs, the best fifth is said", async () => {
        const tenths = Array.from({length: 10}, (_, index) => ({
            first: index + 1,
            last: index + 1,
            amount: 10,
            cumulative: 10 * (index + 1),
        }));
        const points = [
            {place: 0, cumulative: 0},
            ...tenths.map((tenth) => ({...tenth, place: tenth.last})),
        ];
        await mountWhale({
            ...WHALE,
            customers: 10,
            peak: 10,
            losers: 0,
            total: 100,
            points,
            tenths,
        });
        expect(".o_lifecycle_headline").toHaveText(/best 20 % of the customers bring 20 %/);
        expect.verifySteps(["- contribution 12m"]);
    });

    test("shares of a loss are none: amounts instead", async () => {
        await mountWhale({...WHALE, total: -40});
        expect(".o_lifecycle_headline").toHaveText(/together bring .*-.*40.*amounts/);
        expect(charts[0].data.datasets[0].data[0].y).toBe(180);
        expect(charts[0].data.datasets).toHaveLength(3);
        expect.verifySteps(["- contribution 12m"]);
    });

    test("colours come from the style sheet", async () => {
        await mountWhale();
        const style = getComputedStyle(queryFirst(".o_lifecycle_chart"));
        const color = style.getPropertyValue("--LifecycleChart-line").trim();
        expect(color).not.toBe("");
        expect(charts[0].data.datasets[0].borderColor).toBe(color);
        expect.verifySteps(["- contribution 12m"]);
    });

    test("another amount and time are asked for, and drawn anew", async () => {
        await mountWhale();
        await contains("select[name=basis]").select("margin");
        await contains("select[name=span]").select("total");
        expect.verifySteps(["- contribution 12m", "- margin 12m", "- margin total"]);
        expect(charts.length).toBe(3);
        expect(charts[2].options.scales.y.title.text).toBe("Margin together");
    });

    test("arrow keys go along the curve, Enter opens the customers up to there", async () => {
        await mountWhale();
        await contains(".o_lifecycle_chart").focus();
        const said = () => queryFirst(".o_lifecycle_chart").getAttribute("aria-valuetext");
        expect(said()).toMatch(/best 1 customers \(25 %\) bring .*180.*, 90 % of the whole/);
        for (const [key, place] of [
            ["ArrowRight", 2],
            ["ArrowRight", 3],
            ["ArrowLeft", 2],
            ["End", 4],
            ["ArrowUp", 4],
            ["Home", 1],
            ["PageUp", 2],
        ]) {
            await press(key);
            await animationFrame();
            expect(".o_lifecycle_chart").toHaveAttribute("aria-valuenow", `${place}`);
        }
        expect(said()).toMatch(/best 2 customers/);
        await press("Enter");
        await animationFrame();
        expect.verifySteps(["- contribution 12m", `["contribution","12m",1,2]`]);
    });

    test("a table of tenths whose rows open their customers", async () => {
        await mountWhale();
        await contains(".o_lifecycle_as_table").click();
        expect(".o_lifecycle_chart").toHaveCount(0);
        expect(queryAllTexts(".o_lifecycle_tenths tbody th")).toEqual(["1", "2 to 3", "4"]);
        expect(queryAllTexts(".o_lifecycle_tenths tbody td:nth-child(2)")).toEqual(["1", "2", "1"]);
        expect(queryAllTexts(".o_lifecycle_tenths tbody td:last-child")).toEqual([
            "90 %",
            "130 %",
            "100 %",
        ]);
        expect("tbody td.text-danger").toHaveCount(1);
        await contains(".o_lifecycle_tenths tbody tr:eq(1) button").click();
        expect.verifySteps(["- contribution 12m", `["contribution","12m",2,3]`]);
        await contains(".o_lifecycle_as_chart").click();
        expect(".o_lifecycle_chart").toHaveCount(1);
    });

    test("nobody brought anything yet", async () => {
        await mountWhale({...WHALE, customers: 0, peak: 0, total: 0, points: [], tenths: []});
        expect(".o_lifecycle_chart, table").toHaveCount(0);
        expect(".o_nocontent_help").toHaveText(/first posted invoice/);
        expect.verifySteps(["- contribution 12m"]);
    });
});

describe("pareto", () => {
    test("bars of the amounts, and a line of the share so far", async () => {
        await mountPareto();
        const [bars, line] = charts[0].data.datasets;
        expect(bars.data).toEqual([70, 20, 10]);
        expect(line.data).toEqual([70, 90, 100]);
        expect(charts[0].data.labels).toEqual(["Italy", "Not set", "1,200 others"]);
        expect(".o_lifecycle_headline").toHaveText("The largest 2 bring 90 % of the whole.");
        expect.verifySteps(["customer contribution 12m"]);
    });

    test("along another axis; of products revenue is known alone", async () => {
        await mountPareto();
        await contains("select[name=axis]").select("product");
        expect("select[name=basis], select[name=span]").toHaveCount(0);
        expect(".o_lifecycle_fixed").toHaveText("Revenue of the last twelve months");
        await contains("select[name=axis]").select("country");
        expect("select[name=basis]").toHaveCount(1);
        expect.verifySteps([
            "customer contribution 12m",
            "product contribution 12m",
            "country contribution 12m",
        ]);
    });

    test("a bar opens what is behind it, the last one all others", async () => {
        await mountPareto();
        await contains(".o_lifecycle_chart").focus();
        await press("Enter");
        await press("ArrowRight");
        await press("Enter");
        await press("End");
        await press("Enter");
        await animationFrame();
        expect.verifySteps([
            "customer contribution 12m",
            `["customer","12m",[7],false]`,
            `["customer","12m",[false],false]`,
            `["customer","12m",[7,false],true]`,
        ]);
    });

    test("a table instead", async () => {
        await mountPareto();
        await contains(".o_lifecycle_as_table").click();
        expect(queryAllTexts(".o_lifecycle_pareto tbody th")).toEqual([
            "Italy",
            "Not set",
            "1,200 others",
        ]);
        expect(queryAllTexts(".o_lifecycle_pareto tbody td:nth-child(2)")).toEqual([
            "3",
            "2",
            "1,400",
        ]);
        await contains(".o_lifecycle_pareto tbody tr:last button").click();
        expect.verifySteps(["customer contribution 12m", `["customer","12m",[7,false],true]`]);
    });

    test("losses are red, and shares of a loss are none", async () => {
        const rows = [
            {...PARETO.rows[0], amount: 10, cumulative: 10},
            {...PARETO.rows[1], amount: -30, cumulative: -20},
        ];
        await mountPareto({...PARETO, rows, total: -20});
        const {datasets} = charts[0].data;
        expect(datasets).toHaveLength(1);
        expect(datasets[0].backgroundColor[0]).not.toBe(datasets[0].backgroundColor[1]);
        expect.verifySteps(["customer contribution 12m"]);
    });

    test("nothing to draw", async () => {
        await mountPareto({...PARETO, rows: [], total: 0});
        expect(".o_lifecycle_chart, table").toHaveCount(0);
        expect(".o_nocontent_help").toHaveCount(1);
        expect.verifySteps(["customer contribution 12m"]);
    });
});
