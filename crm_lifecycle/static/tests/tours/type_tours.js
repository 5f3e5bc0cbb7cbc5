import {registry} from "@web/core/registry";

for (const lang of ["en_US", "zh_CN"]) {
    registry.category("web_tour.tours").add(`crm_lifecycle_types_${lang}`, {
        steps: () => [
            {
                content: "The chart is in the order of the tab key",
                trigger: ".o_lifecycle_chart canvas",
                run() {
                    this.anchor.parentElement.focus();
                },
            },
            {
                content: "To the second type by the keyboard",
                trigger: ".o_lifecycle_chart:focus",
                run: "press ArrowRight",
            },
            {
                content: "Its bar says how many there are, and what the textbook says",
                trigger: ".o_lifecycle_chart[aria-valuetext*='50 %'][aria-valuetext*='30 %']",
            },
            {
                content: "As a table",
                trigger: ".o_lifecycle_as_table",
                run: "click",
            },
            {
                content: "Open who is relational",
                trigger: ".o_lifecycle_type_table tbody tr:last-child:contains(40 %) button",
                run: "click",
            },
            {
                content: "They are listed, the others are not",
                trigger:
                    ".o_list_view:not(:has(.o_data_row:contains(Typed 0))) .o_data_row:contains(Typed 1)",
            },
            {
                content: "Back to the table",
                trigger: ".o_breadcrumb .breadcrumb-item:first a, .o_back_button",
                run: "click",
            },
            {
                content: "Who was set by hand",
                trigger: ".o_lifecycle_by_hand:contains(1)",
                run: "click",
            },
            {
                content: "With the reason",
                trigger: ".o_list_view .o_data_row:contains(Typed 1):contains(An old friend)",
            },
        ],
    });
}
