import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {usePopover} from "@web/core/popover/popover_hook";

/** A title, and lines that explain it. */
export class ValueWhyPopover extends Component {
    static template = "crm_lifecycle.ValueWhyPopover";
    static props = {
        explanation: Object,
        close: {type: Function, optional: true},
    };
}

/** A button "Why?" beside a customer's class, from a Json field `{title, lines}`. */
export class ValueWhy extends Component {
    static template = "crm_lifecycle.ValueWhy";
    static props = {...standardFieldProps};

    setup() {
        this.popover = usePopover(ValueWhyPopover, {position: "bottom-start"});
    }

    get explanation() {
        return this.props.record.data[this.props.name];
    }

    toggle(ev) {
        if (this.popover.isOpen) {
            this.popover.close();
            return;
        }
        this.popover.open(ev.currentTarget, {explanation: this.explanation});
    }
}

export const valueWhy = {
    component: ValueWhy,
    displayName: _t("Why this class"),
    supportedTypes: ["json"],
};

registry.category("fields").add("lifecycle_value_why", valueWhy);
