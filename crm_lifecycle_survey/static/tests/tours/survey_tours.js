import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

tours.add("crm_lifecycle_survey_answer", {
    steps: () => [
        {
            content: "Begin",
            trigger: ".o_survey_start button[value=start]:enabled:not(.disabled)",
            run: "click",
        },
        {
            content: "Not likely",
            trigger: "label.o_survey_choice_btn:has(input[value='3'])",
            run: "click",
        },
        {
            content: "Say why",
            trigger: ".js_question-wrapper textarea",
            run: "edit It came too late",
        },
        {
            content: "Send it",
            trigger: "button[value=finish]:enabled:not(.disabled)",
            run: "click",
        },
        {
            content: "Yes, send it",
            trigger: ".modal .btn-primary:contains(Submit)",
            run: "click",
        },
        {
            content: "That was all",
            trigger: ".o_survey_finished",
        },
    ],
});

/** What screens say in the languages that the tours run in. */
const WORDS = {
    en_US: {verdict: "Detractor", asked: "Asked"},
    zh_CN: {verdict: "贬损者", asked: "已询问"},
};

for (const [lang, words] of Object.entries(WORDS)) {
    tours.add(`crm_lifecycle_survey_round_${lang}`, {
        steps: () => [
            {
                content: "Make a round",
                trigger: ".o_list_button_add, .o-kanban-button-new",
                run: "click",
            },
            {
                content: "Name it",
                trigger: ".o_field_widget[name=name] textarea, .o_field_widget[name=name] input",
                run: "edit Tour Round",
            },
            {
                content: "Look for a survey",
                trigger: ".o_field_widget[name=survey_id] input",
                run: "edit Tour Survey",
            },
            {
                content: "Choose it",
                trigger: ".o-autocomplete--dropdown-item:contains(Tour Survey)",
                run: "click",
            },
            {
                content: "The question that counts is found",
                trigger: ".o_field_widget[name=question_id] input:value(How likely)",
            },
            {
                content: "Save it",
                trigger: ".o_form_button_save",
                run: "click",
            },
            {
                content: "Nothing keeps it from asking",
                trigger:
                    "body:has(.o_form_saved):not(:has(.o_form_sheet .alert-warning))" +
                    ` button[name=action_open_requests]:contains(${words.asked})`,
            },
        ],
    });
    tours.add(`crm_lifecycle_survey_follow_up_${lang}`, {
        steps: () => [
            {
                content: "A call is planned with the detractor",
                trigger: ".o-mail-Activity:contains(Dissatisfied in a survey)",
            },
            {
                content: "Look at the other buttons",
                trigger: ".o_button_more",
                run: "click",
            },
            {
                content: "Open what the customer was asked",
                trigger: "button[name=action_lifecycle_open_surveys]",
                run: "click",
            },
            {
                content: "One is a detractor",
                trigger: `.o_data_row [name=verdict]:contains(${words.verdict})`,
                run: "click",
            },
            {
                content: "Their words are told",
                trigger: ".o_form_view [name=words]:contains(It came too late)",
            },
            {
                content: "All their answers are a click away",
                trigger: "button[name=action_open_answer]",
                run: "click",
            },
            {
                content: "As the host shows them",
                trigger: ".o_form_view:has([name=user_input_line_ids])",
            },
        ],
    });
}
