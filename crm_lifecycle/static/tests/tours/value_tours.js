import {registry} from "@web/core/registry";

/** What screens say in the languages that the tours run in. */
const WORDS = {
    en_US: {best: "The best 75 %", bench: "Garden Bench", why: "Class A"},
    zh_CN: {best: "75 %", bench: "Garden Bench", why: "A类"},
};

for (const [lang, words] of Object.entries(WORDS)) {
    registry.category("web_tour.tours").add(`crm_lifecycle_rfm_grid_${lang}`, {
        steps: () => [
            {
                content: "The best cell is in the order of the tab key",
                trigger: "tbody tr:first-child .o_lifecycle_rfm_cell[tabindex='0']",
                run() {
                    this.anchor.focus();
                },
            },
            {
                content: "Go down to who has not bought for longer",
                trigger: ".o_lifecycle_rfm_cell:focus",
                run: "press ArrowDown",
            },
            {
                content: "The cell below is reached, in the second row",
                trigger: "tbody tr:nth-child(2) .o_lifecycle_rfm_cell:focus",
            },
            {
                content: "Open those who have not bought for longest",
                trigger: "tbody tr:last-child .o_lifecycle_rfm_cell:not(.o_nobody):first",
                run: "click",
            },
            {
                content: "They are listed",
                trigger: ".o_list_view .o_data_row:contains(Buyer 00)",
            },
            {
                content: "Back to the grid",
                trigger: ".o_breadcrumb .breadcrumb-item:first a, .o_back_button",
                run: "click",
            },
            {
                content: "It is there again",
                trigger: ".o_lifecycle_rfm_table",
            },
        ],
    });

    registry.category("web_tour.tours").add(`crm_lifecycle_whale_curve_${lang}`, {
        steps: () => [
            {
                content: "It says where the peak is",
                trigger: `.o_lifecycle_headline:contains(${words.best})`,
            },
            {
                content: "Along the curve by the keyboard",
                trigger: ".o_lifecycle_chart canvas",
                run() {
                    this.anchor.parentElement.focus();
                },
            },
            {
                content: "To the last customer",
                trigger: ".o_lifecycle_chart:focus",
                run: "press End",
            },
            {
                content: "The last of twelve",
                trigger: ".o_lifecycle_chart[aria-valuenow='12']",
            },
            {
                content: "Look at the margin",
                trigger: "select[name=basis]",
                run: "select margin",
            },
            {
                content: "As a table",
                trigger: ".o_lifecycle_as_table",
                run: "click",
            },
            {
                content: "Open the best tenth",
                trigger: ".o_lifecycle_tenths tbody tr:first-child button",
                run: "click",
            },
            {
                content: "It is the best customer, who opens",
                trigger:
                    ".o_list_view .o_data_row:contains(Buyer 11) .o_data_cell[name=partner_id]",
                run: "click",
            },
            {
                content: "Ask why they are gold",
                trigger: ".o_form_view .o_lifecycle_value_why",
                run: "click",
            },
            {
                content: "The reason is read",
                trigger: `.o_lifecycle_why_popover h5:contains(${words.why})`,
            },
            {
                content: "Back to the list",
                trigger: ".o_breadcrumb .breadcrumb-item:last a, .o_back_button",
                run: "click",
            },
            {
                content: "And to the table, which is still one, of the margin",
                trigger: ".o_breadcrumb .breadcrumb-item:first a, .o_back_button",
                run: "click",
            },
            {
                content: "The choice was kept",
                trigger:
                    ".o_lifecycle_curve:has(select[name=basis]:value(margin)) .o_lifecycle_tenths",
            },
        ],
    });

    registry.category("web_tour.tours").add(`crm_lifecycle_pareto_${lang}`, {
        steps: () => [
            {
                content: "By product",
                trigger: ".o_lifecycle_curve select[name=axis]",
                run: "select product",
            },
            {
                content: "As a table",
                trigger: ".o_lifecycle_curve:has(.o_lifecycle_fixed) .o_lifecycle_as_table",
                run: "click",
            },
            {
                content: "Open the product's revenue",
                trigger: `.o_lifecycle_pareto button:contains(${words.bench})`,
                run: "click",
            },
            {
                content: "Its lines are listed",
                trigger: ".o_list_view .o_data_row:contains(Buyer)",
            },
        ],
    });
}
