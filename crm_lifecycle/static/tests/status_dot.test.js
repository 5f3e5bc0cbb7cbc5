import {expect, test} from "@odoo/hoot";
import {queryAllTexts} from "@odoo/hoot-dom";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {defineModels, fields, models, mountView} from "@web/../tests/web_test_helpers";

class Customer extends models.Model {
    name = fields.Char();
    status = fields.Selection({
        selection: [
            ["active", "Active"],
            ["at_risk", "At risk"],
        ],
    });

    _records = [
        {id: 1, name: "Azure Interior", status: "active"},
        {id: 2, name: "Deco Addict", status: "at_risk"},
        {id: 3, name: "Nobody", status: false},
    ];
}

defineMailModels();
defineModels([Customer]);

test("each status is named and has a colour of its own, and none shows nothing", async () => {
    await mountView({
        type: "list",
        resModel: "customer",
        arch: `<list><field name="name"/><field name="status" widget="lifecycle_status"/></list>`,
    });
    expect(queryAllTexts(".o_lifecycle_status")).toEqual(["Active", "At risk"]);
    expect("[data-status=active] .o_lifecycle_dot").toHaveClass("o_lifecycle_color_10");
    expect("[data-status=at_risk] .o_lifecycle_dot").toHaveClass("o_lifecycle_color_2");
});
