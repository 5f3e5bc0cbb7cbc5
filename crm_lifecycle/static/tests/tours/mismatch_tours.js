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
                content: "Somebody is suggested for a third one as well, and it says why",
                trigger:
                    ".o_data_row:contains(Tour Meadows):has([name=suggested_user_id]:contains(Tour Seller)) [name=suggestion_reason]:contains(/\\d/)",
            },
            {
                content: "Choose it",
                trigger: ".o_data_row:contains(Tour Meadows) .o_list_record_selector input",
                run: "click",
            },
            {
                content: "Transfer it, to say why in one's own words",
                trigger: "button[name=action_transfer]",
                run: "click",
            },
            {
                content: "It would go to whom is suggested",
                trigger: ".modal .o_field_widget[name=note]:contains(Tour Seller)",
            },
            {
                content: "Say why",
                trigger: ".modal .o_field_widget[name=reason] input",
                run: "edit Tour Seller knows their park",
            },
            {
                content: "Transfer",
                trigger: ".modal-footer button[name=action_apply]",
                run: "click",
            },
            {
                content: "It is gone from the list",
                trigger:
                    ".o_list_view:not(:has(.modal)):not(:has(.o_data_row:contains(Tour Meadows))) .o_data_row:contains(Tour Woods)",
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
            {
                content: "Open what the history tells",
                trigger: "button[data-menu-xmlid='crm_lifecycle.crm_lifecycle_menu_reporting']",
                run: "click",
            },
            {
                content: "Of salespeople",
                trigger:
                    ".dropdown-item[data-menu-xmlid='crm_lifecycle.crm_lifecycle_ownership_menu']",
                run: "click",
            },
            {
                content: "It has the new salesperson, who did it, and the reason",
                trigger:
                    ".o_data_row:contains(Tour Meadows):has([name=user_id]:contains(Tour Seller)) [name=reason]:contains(Tour Seller knows their park)",
            },
        ],
    });
}
