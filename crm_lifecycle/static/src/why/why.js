import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {usePopover} from "@web/core/popover/popover_hook";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** What the rules found: conditions with their figures, and what the next stage takes. */
export class WhyPopover extends Component {
    static template = "crm_lifecycle.WhyPopover";
    static props = {
        explanation: Object,
        openFigure: Function,
        close: {type: Function, optional: true},
    };

    open(line) {
        this.props.close?.();
        this.props.openFigure(line);
    }
}

/**
 * A button "Why?" beside a customer's stage, which opens the rules' explanation.
 *
 * Each condition opens the documents that its figure was made of.
 */
export class Why extends Component {
    static template = "crm_lifecycle.Why";
    static props = {...standardFieldProps};

    setup() {
        this.popover = usePopover(WhyPopover, {position: "bottom-start"});
        this.orm = useService("orm");
        this.action = useService("action");
    }

    get explanation() {
        return this.props.record.data[this.props.name];
    }

    toggle(ev) {
        if (this.popover.isOpen) {
            this.popover.close();
            return;
        }
        this.popover.open(ev.currentTarget, {
            explanation: this.explanation,
            openFigure: this.openFigure.bind(this),
        });
    }

    async openFigure(line) {
        const action = await this.orm.call("crm.lifecycle.profile", "action_open_figure", [
            [this.explanation.profile_id],
            line.metric,
            line.months,
        ]);
        await this.action.doAction(action);
    }
}

export const why = {
    component: Why,
    displayName: _t("Why this stage"),
    supportedTypes: ["json"],
};

registry.category("fields").add("lifecycle_why", why);
