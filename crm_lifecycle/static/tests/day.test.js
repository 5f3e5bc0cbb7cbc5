import {expect, test} from "@odoo/hoot";
import {animationFrame, press, queryAllTexts, queryOne} from "@odoo/hoot-dom";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

class DayLine extends models.Model {
    _name = "crm.lifecycle.day.line";

    name = fields.Char();
    phone = fields.Char();

    _records = [
        {id: 1, name: "Azure Interior", phone: "1"},
        {id: 2, name: "Deco Addict", phone: "2"},
        {id: 3, name: "Gemini Furniture", phone: "3"},
    ];
}

defineMailModels();
defineModels([DayLine]);

const DAY = {
    capacity: 240,
    done: 30,
    count: 3,
    minutes: 45,
    rest_count: 2,
    rest_minutes: 20,
    undo: false,
};
const ARCHS = {
    list: `<list js_class="lifecycle_day_list" create="0" edit="0">
            <field name="name"/><field name="phone" widget="phone"/></list>`,
    kanban: `<kanban js_class="lifecycle_day_kanban" create="0">
            <templates><t t-name="card"><field name="name"/></t></templates></kanban>`,
};

async function mountDay(type, day = DAY) {
    onRpc("crm.lifecycle.day.line", "get_day", () => day);
    await mountView({type, resModel: "crm.lifecycle.day.line", arch: ARCHS[type]});
    await animationFrame();
}

/** Tell which lines were finished, and how. */
function takeResults(...methods) {
    for (const method of methods) {
        onRpc("crm.lifecycle.day.line", method, ({args}) => {
            expect.step(`${method} ${args[0]}`);
            return true;
        });
    }
}

const focused = () => document.activeElement.closest(".o_data_row, .o_kanban_record")?.innerText;

test.tags("desktop");
test("the head of the list tells how full the day is", async () => {
    await mountDay("list");
    expect(queryAllTexts(".o_lifecycle_day_text span")).toEqual([
        "45 of 240 minutes planned, 30 done",
        "2 do not fit (20 minutes)",
    ]);
    expect(".o_lifecycle_day_move").toHaveCount(1);
    expect(".o_lifecycle_day_undo").toHaveCount(0);
});

test.tags("desktop");
test("of a day off it says so, and nothing is left to move", async () => {
    await mountDay("kanban", {...DAY, capacity: 0, rest_count: 0, undo: "Azure"});
    expect(queryOne(".o_lifecycle_day_text").innerText).toBe(
        "A day off: no time is planned for customers.",
    );
    expect(".o_lifecycle_day_move").toHaveCount(0);
    expect(".o_lifecycle_day_undo").toHaveCount(1);
});

for (const type of Object.keys(ARCHS)) {
    test.tags("desktop");
    test(`keys move between the lines of a ${type}`, async () => {
        await mountDay(type);
        expect(focused()).toInclude("Azure");
        for (const [key, name] of [
            ["j", "Deco"],
            ["j", "Gemini"],
            ["j", "Gemini"],
            ["k", "Deco"],
            ["k", "Azure"],
            ["k", "Azure"],
        ]) {
            await press(key);
            expect(focused()).toInclude(name);
        }
    });

    test.tags("desktop");
    test(`Enter opens the document from a ${type}`, async () => {
        onRpc("crm.lifecycle.day.line", "action_open_document", ({args}) => {
            expect.step(`open ${args[0]}`);
            return {type: "ir.actions.act_window_close"};
        });
        await mountDay(type);
        await press("j");
        await press("Enter");
        await animationFrame();
        expect.verifySteps(["open 2"]);
    });
}

test.tags("desktop");
test("digits finish the line that has the focus, which is read anew", async () => {
    takeResults("action_reached", "action_message_left", "action_no_answer");
    await mountDay("list");
    onRpc("web_search_read", () => expect.step("read"));
    for (const key of ["1", "2", "3"]) {
        await press(key);
        await animationFrame();
        await animationFrame();
    }
    expect.verifySteps([
        "action_reached 1",
        "read",
        "action_message_left 1",
        "read",
        "action_no_answer 1",
        "read",
    ]);
    expect(focused()).toInclude("Azure");
});

test.tags("desktop");
test("keys mean nothing in the search", async () => {
    takeResults("action_reached");
    await mountDay("list");
    await contains(".o_searchview_input").click();
    await press("1");
    await animationFrame();
    expect.verifySteps([]);
});
