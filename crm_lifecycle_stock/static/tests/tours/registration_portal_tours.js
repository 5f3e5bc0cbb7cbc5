import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("crm_lifecycle_portal_registration", {
    steps: () => [
        {
            content: "The portal leads to what is registered",
            trigger: "a[href='/my/registrations']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Register something",
            trigger: "a.o_lifecycle_new_registration",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The number on the table",
            trigger: ".o_lifecycle_registration_form input[name=number]",
            run: "edit OAK-1",
        },
        {
            content: "Send it",
            trigger: ".o_lifecycle_registration_form button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is thanked for",
            trigger: ".alert-success:contains(It is registered)",
        },
        {
            content: "There it is, with its warranty",
            trigger: ".o_portal_my_doc_table tr:contains(OAK-1):contains(2028)",
        },
        {
            content: "Back to the start",
            trigger: ".o_portal_submenu a[href^='/my/home']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "On to suggestions",
            trigger: "a[href='/my/suggestions']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Suggest something",
            trigger: "a.o_lifecycle_new_idea",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "In a few words",
            trigger: ".o_lifecycle_idea_form input[name=name]",
            run: "edit A drawer in the table",
        },
        {
            content: "And what would be better",
            trigger: ".o_lifecycle_idea_form textarea[name=description]",
            run: "edit Pens have a place then",
        },
        {
            content: "Send it",
            trigger: ".o_lifecycle_idea_form button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is new",
            trigger: ".o_lifecycle_idea .o_lifecycle_state:contains(Submitted)",
        },
        {
            content: "What is suggested is shown",
            trigger: ".o_lifecycle_idea .o_lifecycle_description:contains(Pens have a place)",
        },
    ],
});
