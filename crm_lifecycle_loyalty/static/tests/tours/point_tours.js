import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** What screens say in the languages that the tours run in. */
const WORDS = {
    en_US: {points: "Points", given: "Given"},
    zh_CN: {points: "积分", given: "已发放"},
};

for (const [lang, words] of Object.entries(WORDS)) {
    tours.add(`crm_lifecycle_point_rule_${lang}`, {
        steps: () => [
            {
                content: "Add a rule; it is for referrals",
                trigger: ".o_list_button_add",
                run: "click",
            },
            {
                content: "So many points",
                trigger: ".o_field_widget[name=points] input",
                run: "edit 30",
            },
            {
                content: "Look for the programme",
                trigger: ".o_field_widget[name=program_id] input",
                run: "edit Tour Points",
            },
            {
                content: "Choose it",
                trigger: ".o-autocomplete--dropdown-item:contains(Tour Points)",
                run: "click",
            },
            {
                content: "What customers read",
                trigger: ".o_field_widget[name=name] input",
                run: "edit Thanks for telling others",
            },
            {
                content: "Save it",
                trigger: ".o_form_button_save",
                run: "click",
            },
            {
                content: "It has given nothing yet",
                trigger:
                    "body:has(.o_form_saved) button[name=action_open_points] .o_stat_value:contains(0)",
            },
        ],
    });
    tours.add(`crm_lifecycle_points_${lang}`, {
        steps: () => [
            {
                content: "Look at the other buttons",
                trigger: ".o_button_more",
                run: "click",
            },
            {
                content: "The customer has points",
                trigger: `button[name=action_lifecycle_open_points]:contains(${words.points}):contains(50)`,
                run: "click",
            },
            {
                content: "They were given",
                trigger: `.o_data_row [name=state]:contains(${words.given})`,
                run: "click",
            },
            {
                content: "By the rule, for a referral that can be opened",
                trigger: ".o_form_view:has([name=rule_id]) button[name=action_open_document]",
                run: "click",
            },
            {
                content: "There it is",
                trigger: ".o_form_view:has([name=referrer_id])",
            },
        ],
    });
}

tours.add("crm_lifecycle_points_portal", {
    steps: () => [
        {
            content: "The card has points",
            trigger: ".o_loyalty_card:contains(Thank You Points):contains(50)",
            run: "click",
        },
        {
            content: "Its window tells what they were given for",
            trigger: ".modal:contains(Thank you for your recommendation)",
        },
    ],
});
