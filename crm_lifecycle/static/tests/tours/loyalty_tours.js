import {registry} from "@web/core/registry";

/** What screens say in the languages that the tours run in. */
const WORDS = {
    en_US: {
        title: "Loyalty index:",
        purchases: "Purchases +",
        full: "Purchases in 12 months: 3",
    },
    zh_CN: {title: "忠诚度指数：", purchases: "购买次数 +", full: "12 个月内购买次数：3"},
};

for (const [lang, words] of Object.entries(WORDS)) {
    registry.category("web_tour.tours").add(`crm_lifecycle_loyalty_${lang}`, {
        steps: () => [
            {
                content: "The customer's index is told",
                trigger: "div[name=loyalty] [name=loyalty_index]:contains(/[1-9]/)",
            },
            {
                content: "Ask why",
                trigger: "div[name=loyalty] [name=loyalty_explanation] button",
                run: "click",
            },
            {
                content: "Each part says its figure",
                trigger: `.o_lifecycle_why_popover:contains(${words.title}):contains(${words.full})`,
            },
            {
                content: "Ask what moved it",
                trigger: "div[name=loyalty] button[name=action_open_loyalty]",
                run: "click",
            },
            {
                content: "This month's purchase did",
                trigger: `.o_list_view .o_data_row:first [name=moved]:contains(${words.purchases})`,
            },
            {
                content: "Open the month",
                trigger: ".o_list_view .o_data_row:first [name=date]",
                run: "click",
            },
            {
                content: "It says the figures behind the points",
                trigger: `.o_form_view [name=explanation]:contains(${words.full})`,
            },
        ],
    });
}
