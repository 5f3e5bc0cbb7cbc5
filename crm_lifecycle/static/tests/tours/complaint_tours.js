import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("crm_lifecycle_complaint", {
    steps: () => [
        {
            content: "The order warns of what is complained about already",
            trigger: ".alert-warning:contains(Tour paint peels)",
        },
        {
            content: "The customer complains of the order",
            trigger: "button[name=action_lifecycle_complain]",
            run: "click",
        },
        {
            content: "The customer is filled in",
            trigger: ".o_field_widget[name=partner_id] input:value(Tour Garden)",
        },
        {
            content: "Say what it is about",
            trigger: ".o_field_widget[name=subject] input",
            run: "edit Tour bench wobbles",
        },
        {
            content: "The order is on it",
            trigger: ".o_notebook .nav-link:contains(Documents)",
            run: "click",
        },
        {
            content: "It is there",
            trigger: ".o_field_widget[name=order_ids] .o_tag",
        },
        {
            content: "Save",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "Look into it",
            trigger: "button[name=action_investigate]:contains(Investigate)",
            run: "click",
        },
        {
            content: "It is being looked into",
            trigger: ".o_arrow_button_current:contains(Investigating)",
        },
        {
            content: "Reject it",
            trigger: "button[name=action_reject]",
            run: "click",
        },
        {
            content: "Not without a reason",
            trigger: ".modal .o_field_widget[name=reject_reason] input",
            run: "edit The warranty has ended",
        },
        {
            content: "That is why",
            trigger: ".modal footer button[name=action_confirm_reject]",
            run: "click",
        },
        {
            content: "It is rejected",
            trigger: ".o_field_widget[name=reject_reason] input:value(The warranty has ended)",
        },
        {
            content: "It was not right",
            trigger: "button[name=action_reopen]",
            run: "click",
        },
        {
            content: "It is open again",
            trigger: ".o_arrow_button_current:contains(Investigating)",
        },
    ],
});

registry.category("web_tour.tours").add("crm_lifecycle_complaint_board", {
    steps: () => [
        {
            content: "All kinds of steps are on the board",
            trigger: ".o_kanban_group:contains(Waiting for Customer)",
        },
        {
            content: "The complaint is new",
            trigger:
                ".o_kanban_group:contains(Received) .o_kanban_record:contains(Tour paint peels)",
        },
        {
            content: "Confirm it by moving it",
            trigger: ".o_kanban_record:contains(Tour paint peels)",
            run: "drag_and_drop(.o_kanban_group:contains(Confirmed))",
        },
        {
            content: "It is confirmed",
            trigger:
                ".o_kanban_group:contains(Confirmed) .o_kanban_record:contains(Tour paint peels)",
        },
    ],
});
