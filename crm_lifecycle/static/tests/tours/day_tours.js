import {registry} from "@web/core/registry";

/** Names of the customers in the order of the day, as the test plans it. */
const [FIRST, SECOND, THIRD, FOURTH] = ["Tour Gold", "Tour Late", "Tour Today", "Tour Next"];

const at = (selector, name) =>
    `${selector}:contains(${name}):has(:focus), ${selector}:focus:contains(${name})`;

/**
 * Press a key where the focus is.
 *
 * @param {String} content
 * @param {String} trigger
 * @param {String} key
 * @returns {Object} a step
 */
const press = (content, trigger, key) => ({content, trigger, run: `press ${key}`});

registry.category("web_tour.tours").add("crm_lifecycle_day_keyboard", {
    steps: () => [
        {
            content: "The day is cut at the time that there is",
            trigger: ".o_lifecycle_day_rest:contains(1)",
        },
        {
            content: "The first line has the focus",
            trigger: at(".o_data_row", FIRST),
        },
        press("Reached", at(".o_data_row", FIRST), "1"),
        {
            content: "It is gone, and the next one has the focus",
            trigger: `.o_list_table:not(:contains(${FIRST}))`,
        },
        press("Nobody answers", at(".o_data_row", SECOND), "3"),
        {
            content: "It is gone too",
            trigger: `.o_list_table:not(:contains(${SECOND}))`,
        },
        press("That was a slip", at(".o_data_row", THIRD), "u"),
        {
            content: "It is back",
            trigger: at(".o_data_row", SECOND),
        },
        press("Go down", at(".o_data_row", SECOND), "j"),
        press("And up again", at(".o_data_row", THIRD), "k"),
        press("A message was left", at(".o_data_row", SECOND), "2"),
        press("Log the next one", at(".o_data_row", THIRD), "l"),
        {
            content: "Write down what was said",
            trigger: ".modal .o_field_widget[name=note] textarea",
            run: "edit They think about it",
        },
        {
            content: "Save it",
            trigger: ".modal button[name=action_apply]",
            run: "click",
        },
        {
            content: "There is time for what did not fit before",
            trigger: `.o_lifecycle_day_banner:not(:has(.o_lifecycle_day_rest))`,
        },
        press("Open it", at(".o_data_row", FOURTH), "Enter"),
        {
            content: "The customer opens",
            trigger: `.o_form_view .o_last_breadcrumb_item:contains(${FOURTH}), .o_form_view .o_breadcrumb:contains(${FOURTH})`,
        },
    ],
});

registry.category("web_tour.tours").add("crm_lifecycle_day_phone", {
    steps: () => [
        {
            content: "Cards, the first one first",
            trigger: `.o_lifecycle_day_kanban .o_kanban_record:first:contains(${FIRST})`,
        },
        {
            content: "One tap calls",
            trigger: `.o_kanban_record:contains(${FIRST}) a[href^='tel:']`,
        },
        {
            content: "Reached",
            trigger: `.o_kanban_record:contains(${FIRST}) button[name=action_reached]`,
            run: "click",
        },
        {
            content: "The next one comes up",
            trigger: `.o_kanban_record:first:contains(${SECOND})`,
        },
        {
            content: "No answer",
            trigger: `.o_kanban_record:contains(${SECOND}) button[name=action_no_answer]`,
            run: "click",
        },
        {
            content: "That was a slip",
            trigger: `.o_lifecycle_day_kanban:not(:contains(${SECOND})), .o_kanban_renderer:not(:contains(${SECOND}))`,
        },
        {
            content: "Undo it",
            trigger: ".o_lifecycle_day_undo",
            run: "click",
        },
        {
            content: "It is back",
            trigger: `.o_kanban_record:first:contains(${SECOND})`,
        },
        {
            content: "The rest can wait",
            trigger: ".o_lifecycle_day_move",
            run: "click",
        },
        {
            content: "Nothing is left over",
            trigger: ".o_lifecycle_day_banner:not(:has(.o_lifecycle_day_rest))",
        },
    ],
});
