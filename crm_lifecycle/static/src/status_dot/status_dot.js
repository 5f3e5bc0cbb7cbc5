import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** The palette's colour of each status. */
export const STATUS_COLORS = {
    new: 4,
    active: 10,
    due: 8,
    at_risk: 2,
    lapsed: 1,
    lost: 0,
    won_back: 11,
};

/** A customer's status as a coloured dot and its name, unlike the stage's pill. */
export class StatusDot extends Component {
    static template = "crm_lifecycle.StatusDot";
    static props = {...standardFieldProps};

    get status() {
        return this.props.record.data[this.props.name];
    }

    get label() {
        const {selection} = this.props.record.fields[this.props.name];
        return selection.find(([status]) => status === this.status)?.[1];
    }

    get colorClass() {
        return `o_lifecycle_color_${STATUS_COLORS[this.status] || 0}`;
    }
}

export const statusDot = {
    component: StatusDot,
    displayName: _t("Lifecycle Status"),
    supportedTypes: ["selection"],
};

registry.category("fields").add("lifecycle_status", statusDot);
