import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("crm_lifecycle_portal_complaint", {
    steps: () => [
        {
            content: "The invoice can be complained about",
            trigger: "a.o_lifecycle_complain",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Say what it is about",
            trigger: ".o_lifecycle_complaint_form input[name=subject]",
            run: "edit The bench wobbles",
        },
        {
            content: "And what happened",
            trigger: ".o_lifecycle_complaint_form textarea[name=description]",
            run: "edit It is the left leg",
        },
        {
            content: "Send it",
            trigger: ".o_lifecycle_complaint_form button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It has a number, and the invoice is named",
            trigger: ".o_lifecycle_complaint .alert-success:contains(C/)",
        },
        {
            content: "It is received",
            trigger: ".o_lifecycle_step:contains(Received)",
        },
        {
            content: "What happened is shown",
            trigger: ".o_lifecycle_description:contains(left leg)",
        },
        {
            content: "Answer below",
            trigger: "#chatterRoot:shadow .o-mail-Composer-input",
            run: "edit And the right one",
        },
        {
            content: "Send the answer",
            trigger: "#chatterRoot:shadow .o-mail-Composer-send:enabled",
            run: "click",
        },
        {
            content: "It is in the thread",
            trigger: "#chatterRoot:shadow .o-mail-Message:contains(And the right one)",
        },
        {
            content: "Back to the list",
            trigger: ".o_portal_submenu a[href='/my/complaints']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "There it is",
            trigger: ".o_portal_my_doc_table tr:contains(The bench wobbles) a",
        },
    ],
});

registry.category("web_tour.tours").add("crm_lifecycle_complaint_badge", {
    steps: () => [
        {
            content: "The accountant sees that the invoice is disputed",
            trigger: "[name=lifecycle_hold_alert] .badge:contains(Disputed)",
        },
        {
            content: "And why",
            trigger: "[name=lifecycle_hold_alert]:contains(The bench wobbles)",
        },
    ],
});

registry.category("web_tour.tours").add("crm_lifecycle_complaint_badge_gone", {
    steps: () => [
        {
            content: "The invoice is there",
            trigger: ".o_form_view .o_field_widget[name=partner_id]:contains(Ada's Garden)",
        },
        {
            content: "It is disputed no more",
            trigger: ".o_form_view:not(:has([name=lifecycle_hold_alert]))",
        },
    ],
});

registry.category("web_tour.tours").add("crm_lifecycle_complaint_solved", {
    steps: () => [
        {
            content: "What the customer gets",
            trigger: ".o_notebook .nav-link:contains(Money)",
            run: "click",
        },
        {
            content: "Add a remedy",
            trigger: "[name=remedy_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        {
            content: "Say what it is",
            trigger: ".modal .o_field_widget[name=name] input",
            run: "edit The price back",
        },
        {
            content: "The invoice is suggested",
            trigger: ".modal .o_field_widget[name=move_id] input:value(/2026/)",
        },
        {
            content: "Add it",
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            content: "Save",
            trigger: "body:not(:has(.modal)) .o_form_button_save",
            run: "click",
        },
        {
            content: "Propose it",
            trigger: "[name=remedy_ids] button[name=action_propose]",
            run: "click",
        },
        {
            content: "It is small enough to be made at once",
            trigger: "[name=remedy_ids] button[name=action_make]",
            run: "click",
        },
        {
            content: "Post the credit note",
            trigger: "button[name=action_post]",
            run: "click",
        },
        {
            content: "It is posted",
            trigger: ".o_arrow_button_current:contains(Posted)",
        },
        {
            content: "Back to the complaint",
            trigger: ".breadcrumb-item a:contains(The bench wobbles), .o_back_button a",
            run: "click",
        },
        {
            content: "That solves it",
            trigger: "button[name=action_solve]",
            run: "click",
        },
        {
            content: "It is solved",
            trigger: ".o_arrow_button_current:contains(Solved)",
        },
    ],
});
