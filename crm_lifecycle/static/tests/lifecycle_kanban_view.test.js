import {expect, test} from "@odoo/hoot";
import {queryAllTexts} from "@odoo/hoot-dom";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {defineModels, fields, models, mountView} from "@web/../tests/web_test_helpers";

class Stage extends models.Model {
    name = fields.Char();

    _records = [
        {id: 1, name: "Suspect"},
        {id: 2, name: "Prospect"},
    ];
}

class Customer extends models.Model {
    name = fields.Char();
    dimension = fields.Selection({
        selection: [
            ["select", "Select"],
            ["acquire", "Acquire"],
        ],
    });
    amount = fields.Integer();
    stage_id = fields.Many2one({relation: "stage"});

    _records = [
        {id: 1, name: "Azure Interior", stage_id: 1, dimension: "select", amount: 7},
        {id: 2, name: "Deco Addict", stage_id: 2, dimension: "acquire", amount: 30},
        {id: 3, name: "Gemini Furniture", stage_id: 2, dimension: "acquire", amount: 12},
    ];
}

defineMailModels();
defineModels([Stage, Customer]);

async function mountKanban(sumField) {
    await mountView({
        type: "kanban",
        resModel: "customer",
        groupBy: ["stage_id"],
        arch: `
            <kanban js_class="lifecycle_kanban">
                <progressbar field="dimension" colors='{"select": "info", "acquire": "success"}' sum_field="${sumField}"/>
                <templates><t t-name="card"><field name="name"/></t></templates>
            </kanban>`,
    });
}

test.tags("desktop");
test("a column shows the number of customers and their amount", async () => {
    await mountKanban("amount");
    expect(queryAllTexts(".o_column_title")).toEqual(["Suspect\n(1)", "Prospect\n(2)"]);
    expect(queryAllTexts(".o_animated_number")).toEqual(["7", "42"]);
});

test.tags("desktop");
test("a column shows the number once to those who may not see amounts", async () => {
    await mountKanban("field_without_access");
    expect(queryAllTexts(".o_column_title")).toEqual(["Suspect", "Prospect"]);
    expect(queryAllTexts(".o_animated_number")).toEqual(["1", "2"]);
});
