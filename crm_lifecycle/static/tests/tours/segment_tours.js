import {registry} from "@web/core/registry";

/** What the salesperson chooses and reads, in the languages that the tours run in. */
const TEXTS = {
    en_US: {
        sector: "Federal government",
        segment: "Federal government",
        policy: "Pursue",
        type: "Relational",
    },
    zh_CN: {sector: "联邦政府", segment: "联邦政府", policy: "重点争取", type: "关系型"},
};

for (const [lang, texts] of Object.entries(TEXTS)) {
    registry.category("web_tour.tours").add(`crm_lifecycle_lead_segment_${lang}`, {
        steps: () => [
            {
                content: "With twenty people it is a small business, to be won deal by deal",
                trigger:
                    ".o_form_view div[name=lifecycle_segment] .o_field_badge[name=lifecycle_acquisition_policy] .text-bg-info",
            },
            {
                content: "Say that it belongs to the government",
                trigger: ".o_field_widget[name=lifecycle_sector] .o_select_menu_toggler",
                run: "click",
            },
            {
                content: "The federal one",
                trigger: `.o_select_menu_item:contains(/^${texts.sector}$/)`,
                run: "click",
            },
            {
                content: "The segment follows at once",
                trigger: `div[name=lifecycle_segment] .o_field_widget[name=lifecycle_segment_id]:contains(${texts.segment})`,
            },
            {
                content: "And how to go about it",
                trigger: `div[name=lifecycle_segment] .o_field_badge .text-bg-success:contains(${texts.policy})`,
            },
            {
                content: "What kind of customer it is likely to become",
                trigger: `div[name=lifecycle_suggestion] .o_field_widget[name=lifecycle_suggested_type]:contains(${texts.type})`,
            },
            {
                content: "And who should take it: ask why",
                trigger:
                    "div[name=lifecycle_suggestion]:has(.o_field_widget[name=lifecycle_suggested_user_id]:contains(Tour Seller)) .o_lifecycle_value_why",
                run: "click",
            },
            {
                content: "It names the segment",
                trigger: `.o_lifecycle_why_popover:contains(${texts.segment})`,
            },
            {
                content: "Close it",
                trigger: "div[name=lifecycle_suggestion] .o_lifecycle_value_why",
                run: "click",
            },
            {
                content: "Save the lead",
                trigger: ".o_form_button_save",
                run: "click",
            },
            {
                content: "It is saved, and still so",
                trigger: `.o_form_saved div[name=lifecycle_segment]:contains(${texts.policy})`,
            },
            {
                content: "Give it to whom is suggested",
                trigger: "div[name=lifecycle_suggestion] button[name=action_lifecycle_assign]",
                run: "click",
            },
            {
                content: "It is theirs",
                trigger:
                    "div[name=lifecycle_suggestion]:not(:has(button[name=action_lifecycle_assign]))",
            },
        ],
    });
}
