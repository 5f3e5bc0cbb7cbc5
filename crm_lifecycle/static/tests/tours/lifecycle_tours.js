import {registry} from "@web/core/registry";

/** Stage names in the languages that the tours run in. */
const FIRST_BUYER = {en_US: "First-time buyer", zh_CN: "首次成交客户"};

registry.category("web_tour.tours").add("crm_lifecycle_confirm_quotation", {
    steps: () => [
        {
            content: "Confirm the quotation",
            trigger: ".o_form_view button[name=action_confirm]",
            run: "click",
        },
        {
            content: "It has become a sales order",
            trigger: ".o_statusbar_status .o_arrow_button_current[data-value=sale]",
        },
    ],
});

for (const [lang, name] of Object.entries(FIRST_BUYER)) {
    registry.category("web_tour.tours").add(`crm_lifecycle_customer_stage_${lang}`, {
        steps: () => [
            {
                content: "The bar shows all eight stages",
                trigger: ".o_lifecycle_stage_bar .o_lifecycle_step:nth-child(8)[data-code=partner]",
            },
            {
                content: "The customer's stage stands out",
                trigger: `.o_lifecycle_step.o_current[data-code=first_buyer]:contains(${name})`,
            },
            {
                content: "The reason opens the document behind it",
                trigger: "button[name=action_lifecycle_open_stage_document]:contains(TOUR/0001)",
                run: "click",
            },
            {
                content: "The order shows the customer's stage too",
                trigger: `.o_sale_order div[name=lifecycle_stage] .badge:contains(${name})`,
            },
            {
                content: "Back to the customer",
                trigger: ".o_breadcrumb .breadcrumb-item:first a, .o_back_button",
                run: "click",
            },
            {
                content: "Open the customer's history",
                trigger: ".o_notebook_headers a[name=lifecycle]",
                run: "click",
            },
            {
                content: "It holds the move",
                trigger: `.o_field_widget[name=lifecycle_transition_ids] .badge:contains(${name})`,
            },
        ],
    });

    registry.category("web_tour.tours").add(`crm_lifecycle_invoice_stage_${lang}`, {
        steps: () => [
            {
                content: "The invoice shows the customer's stage",
                trigger: `.o_form_view div[name=lifecycle_stage] .badge:contains(${name})`,
            },
        ],
    });

    registry.category("web_tour.tours").add(`crm_lifecycle_customers_${lang}`, {
        steps: () => [
            {
                content: "The customer is in the third of eight columns",
                trigger: `.o_kanban_group:nth-child(3):contains(${name}) .o_kanban_record:contains(Ada's Garden)`,
            },
            {
                content: "Nobody can drag a card or add a column",
                trigger:
                    ".o_kanban_renderer:not(:has(.o_draggable)):not(:has(.o_column_quick_create))",
            },
            {
                content: "Open the customer",
                trigger: ".o_kanban_group:nth-child(3) .o_kanban_record:contains(Ada's Garden)",
                run: "click",
            },
            {
                content: "The profile opens with its stage",
                trigger: `.o_form_view .o_lifecycle_step.o_current[data-code=first_buyer]:contains(${name})`,
            },
        ],
    });
}
