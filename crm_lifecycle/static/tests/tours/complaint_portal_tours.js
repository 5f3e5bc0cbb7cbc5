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
            content: "It is new",
            trigger: ".o_lifecycle_step:contains(New)",
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
