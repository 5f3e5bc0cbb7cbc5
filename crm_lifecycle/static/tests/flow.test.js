import {beforeEach, expect, test} from "@odoo/hoot";
import {queryAllTexts} from "@odoo/hoot-dom";
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

const FLOW = {
    axis: "stage",
    places: [
        {key: null, name: "No customer", before: 1, after: 0},
        {key: 5, name: "Suspect", color: 0, before: 4, after: 3},
        {key: 7, name: "Prospect", color: 2, before: 1000, after: 1002},
    ],
    cells: [
        [0, 0, 1],
        [0, 2, 2],
        [0, 1, 999],
    ],
};

class Preview extends models.Model {
    matrix = fields.Json();

    _records = [
        {id: 1, matrix: FLOW},
        {id: 2, matrix: {...FLOW, axis: "status"}},
        {id: 3, matrix: false},
    ];
}

defineMailModels();
defineModels([Preview]);

beforeEach(() => {
    onRpc("preview", "action_open_customers", ({args}) => {
        expect.step(JSON.stringify(args));
        return {type: "ir.actions.act_window", res_model: "customer"};
    });
    mockService("action", {doAction: (action) => expect.step(action.res_model)});
});

async function mountField(widget, resId = 1) {
    const arch = `<form><field name="matrix" widget="${widget}"/></form>`;
    await mountView({type: "form", resModel: "preview", resId, arch});
}

test("the matrix has a row and a column for each place, and their sums", async () => {
    await mountField("lifecycle_flow_matrix");
    expect(queryAllTexts("thead th")).toEqual(["No customer", "Suspect", "Prospect", "Before"]);
    expect(queryAllTexts("tbody tr:eq(1) > *")).toEqual(["Suspect", "", "2", "2", "4"]);
    expect(queryAllTexts("tbody tr:eq(2) > *")).toEqual(["Prospect", "", "1", "999", "1,000"]);
    expect(queryAllTexts("tfoot tr > *")).toEqual(["After", "0", "3", "1,002", ""]);
});

test("moves up and down are told apart, who stays is muted, and nobody is no button", async () => {
    await mountField("lifecycle_flow_matrix");
    expect("tbody button").toHaveCount(5);
    expect("tbody tr:eq(0) button").toHaveClass("o_up");
    expect("tbody tr:eq(1) button:eq(0)").toHaveClass("o_stays");
    expect("tbody tr:eq(1) button:eq(1)").toHaveClass("o_up");
    expect("tbody tr:eq(2) button:eq(0)").toHaveClass("o_down");
    expect("tbody tr:eq(2) button:eq(0)").toHaveAttribute("aria-label", "Prospect → Suspect: 1");
});

test("status has no up and down", async () => {
    await mountField("lifecycle_flow_matrix", 2);
    expect(".o_moves").toHaveCount(3);
    expect(".o_up, .o_down").toHaveCount(0);
});

test("a cell opens its customers", async () => {
    await mountField("lifecycle_flow_matrix");
    await contains("tbody tr:eq(2) button:eq(0)").click();
    expect.verifySteps([`[[1],"stage",7,5]`, "customer"]);
    await contains("tbody tr:eq(0) button").click();
    expect.verifySteps([`[[1],"stage",null,7]`, "customer"]);
});

test("the bars are relative to the longest, and leave out who is no customer", async () => {
    await mountField("lifecycle_flow_bars");
    expect(queryAllTexts(".o_lifecycle_flow_place .o_number")).toEqual([
        "4",
        "3",
        "1,000",
        "1,002",
    ]);
    expect(queryAllTexts(".o_lifecycle_flow_place .fw-bold")).toEqual(["−1", "+2"]);
    expect(".o_lifecycle_flow_place:last .o_after .o_fill").toHaveAttribute("style", "width: 100%");
    expect(".o_lifecycle_flow_place:last .o_after").toHaveClass("o_lifecycle_color_2");
});

test("a bar opens its customers, before or after", async () => {
    await mountField("lifecycle_flow_bars");
    await contains(".o_lifecycle_flow_bar.o_before:eq(0)").click();
    await contains(".o_lifecycle_flow_bar.o_after:eq(1)").click();
    expect.verifySteps([`[[1],"stage",5,false]`, "customer", `[[1],"stage",false,7]`, "customer"]);
});

test("nothing was found yet", async () => {
    await mountField("lifecycle_flow_matrix", 3);
    expect("tbody tr").toHaveCount(0);
});
