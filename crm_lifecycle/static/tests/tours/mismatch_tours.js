import {registry} from "@web/core/registry";

for (const lang of ["en_US", "zh_CN"]) {
    registry.category("web_tour.tours").add(`crm_lifecycle_mismatch_${lang}`, {
        steps: () => [
            {
                content: "The customer is listed, with somebody suggested",
                trigger:
                    ".o_list_view .o_data_row:contains(Tour Gardens) [name=suggested_user_id]:contains(Tour Seller)",
            },
            {
                content: "Assign as suggested",
                trigger: ".o_data_row:contains(Tour Gardens) button[name=action_assign]",
                run: "click",
            },
            {
                content: "It is done",
                trigger: ".o_notification:contains(1)",
            },
            {
                content: "The customer is gone, another one is still there",
                trigger:
                    ".o_list_view:not(:has(.o_data_row:contains(Tour Gardens))) .o_data_row:contains(Tour Woods)",
            },
            {
                content: "Dismiss the other one",
                trigger: ".o_data_row:contains(Tour Woods) button[name=action_dismiss]",
                run: "click",
            },
            {
                content: "Say why",
                trigger: ".modal .o_field_widget[name=reason] textarea",
                run: "edit They buy in the shop alone",
            },
            {
                content: "Save",
                trigger: ".modal .o_form_button_save",
                run: "click",
            },
            {
                content: "Nobody of them is left",
                trigger: ".o_list_view:not(:has(.modal)):not(:has(.o_data_row:contains(Tour)))",
            },
        ],
    });
}
