import {registry} from "@web/core/registry";

/** Stage names in the languages that the tours run in. */
const LONG_TERM = {en_US: "Long-term customer", zh_CN: "长期客户"};
const REPEAT_BUYER = {en_US: "Repeat buyer", zh_CN: "重复购买客户"};

const CUSTOMER = "Ada's Garden";

function openRules() {
    return [
        {
            content: "Open the configuration",
            trigger: "button[data-menu-xmlid='crm_lifecycle.crm_lifecycle_menu_configuration']",
            run: "click",
        },
        {
            content: "Open the rules",
            trigger: "[data-menu-xmlid='crm_lifecycle.crm_lifecycle_policy_menu']",
            run: "click",
        },
        {
            content: "Open the active version, which is bold",
            trigger: ".o_list_view .o_data_row.fw-bold .o_data_cell[name=name]",
            run: "click",
        },
    ];
}

function confirm(name, content) {
    return [
        {content, trigger: `.o_form_view button[name=${name}]`, run: "click"},
        {
            content: "Read what follows from it, and agree",
            trigger: ".modal-footer .btn-primary",
            run: "click",
        },
    ];
}

for (const lang of Object.keys(LONG_TERM)) {
    registry.category("web_tour.tours").add(`crm_lifecycle_raise_threshold_${lang}`, {
        steps: () => [
            ...openRules(),
            {
                content: "What decides cannot be changed: copy it",
                trigger: ".o_form_view button[name=action_duplicate]",
                run: "click",
            },
            {
                content: "The copy is a draft, whose number of purchases can be changed",
                trigger: `.o_form_view:has(.o_arrow_button_current[data-value=draft]) .o_data_row:contains(${LONG_TERM[lang]}):first .o_data_cell[name=value]`,
                run: "click",
            },
            {
                content: "Ask for four purchases instead of three",
                trigger: ".o_selected_row .o_field_widget[name=value] input:value(3)",
                run: "edit 4",
            },
            {
                content: "See who would move",
                trigger: "button[name=action_preview]",
                run: "click",
            },
            {
                content: "The customer would be a repeat buyer, for want of a purchase",
                trigger: `.o_field_widget[name=shown_line_ids] .o_data_row:contains(${CUSTOMER}):has(.o_data_cell[name=to_stage_id]:contains(${REPEAT_BUYER[lang]})) .o_data_cell[name=reason]:contains(1)`,
            },
            ...confirm("action_activate", "Activate the draft"),
            {
                content: "Back at the rules, the copy is the active version",
                trigger:
                    ".o_form_view:has(.o_field_widget[name=criterion_ids]) .o_arrow_button_current[data-value=active]",
            },
        ],
    });

    registry.category("web_tour.tours").add(`crm_lifecycle_why_moved_${lang}`, {
        steps: () => [
            {
                content: "Open the customer, who is among the repeat buyers now",
                trigger: `.o_kanban_group:nth-child(4):contains(${REPEAT_BUYER[lang]}) .o_kanban_record:contains(${CUSTOMER})`,
                run: "click",
            },
            {
                content: "Ask why, of somebody in the new stage",
                trigger:
                    ".o_form_view:has(.o_lifecycle_step.o_current[data-code=repeat_buyer]) .o_lifecycle_why",
                run: "click",
            },
            {
                content: "Three purchases are too few: long-term customers have four",
                trigger: ".o_lifecycle_why_popover li:has(.fa-times):contains(/3.*4/)",
            },
            {
                content: "Open the purchases behind the figure",
                trigger: ".o_lifecycle_why_popover li:has(.fa-times) button",
                run: "click",
            },
            {
                content: "These are the three",
                trigger: ".o_list_view .o_data_row:contains(TOUR/0003)",
            },
        ],
    });

    registry.category("web_tour.tours").add(`crm_lifecycle_roll_back_${lang}`, {
        steps: () => [
            ...openRules(),
            ...confirm("action_roll_back", "Return to the version before"),
            {
                content: "The version with four purchases is retired",
                trigger: ".o_form_view .o_arrow_button_current[data-value=retired]",
            },
        ],
    });
}
