import {Component, useRef, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {localization} from "@web/core/l10n/localization";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {useService} from "@web/core/utils/hooks";

const ROLE_ICONS = {
    decider: "fa-gavel",
    influencer: "fa-comments-o",
    user: "fa-wrench",
    buyer: "fa-shopping-cart",
    blocker: "fa-ban",
};
const ATTITUDE_ICONS = {
    positive: "fa-smile-o text-success",
    neutral: "fa-meh-o text-muted",
    negative: "fa-frown-o text-danger",
};

/**
 * Who decides at a customer: contacts below those to whom they report.
 *
 * A tree by the pattern of WAI-ARIA: one contact at a time is in the order of the tab key;
 * arrow keys go up and down, to the superior and to the first who reports to one.
 */
export class DecisionTree extends Component {
    static template = "crm_lifecycle.DecisionTree";
    static props = {...standardFieldProps};

    setup() {
        this.action = useService("action");
        this.listRef = useRef("list");
        this.state = useState({place: 0});
    }

    get nodes() {
        return (this.props.record.data[this.props.name] || {nodes: []}).nodes;
    }

    get more() {
        return (this.props.record.data[this.props.name] || {more: 0}).more;
    }

    get moreText() {
        return _t("and %s more", this.more);
    }

    /** The place in the order of the tab key, even after contacts have gone. */
    get place() {
        return Math.min(this.state.place, this.nodes.length - 1);
    }

    roleIcon(node) {
        return ROLE_ICONS[node.role] || "fa-user-o";
    }

    attitudeIcon(node) {
        return ATTITUDE_ICONS[node.attitude];
    }

    label(node) {
        return [node.name, node.job, node.role_name, node.attitude_name].filter(Boolean).join(", ");
    }

    /** Place of a contact's superior, or of the contact without one. */
    above(place) {
        const level = this.nodes[place].level;
        for (let other = place - 1; other >= 0; other--) {
            if (this.nodes[other].level < level) {
                return other;
            }
        }
        return place;
    }

    /** Place of the first who reports to a contact, or of the contact without any. */
    below(place) {
        const next = this.nodes[place + 1];
        return next && next.level > this.nodes[place].level ? place + 1 : place;
    }

    onKeydown(ev, place) {
        const [inward, outward] =
            localization.direction === "rtl"
                ? ["ArrowLeft", "ArrowRight"]
                : ["ArrowRight", "ArrowLeft"];
        const steps = {
            ArrowDown: () => Math.min(place + 1, this.nodes.length - 1),
            ArrowUp: () => Math.max(place - 1, 0),
            Home: () => 0,
            End: () => this.nodes.length - 1,
            [inward]: () => this.below(place),
            [outward]: () => this.above(place),
        };
        if (["Enter", " "].includes(ev.key)) {
            ev.preventDefault();
            this.open(this.nodes[place]);
        } else if (ev.key in steps) {
            ev.preventDefault();
            this.state.place = steps[ev.key]();
            this.listRef.el.querySelectorAll("[role=treeitem]")[this.state.place].focus();
        }
    }

    open(node) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "res.partner",
            res_id: node.id,
            views: [[false, "form"]],
        });
    }
}

export const decisionTree = {
    component: DecisionTree,
    displayName: _t("Who decides"),
    supportedTypes: ["json"],
};

registry.category("fields").add("lifecycle_decision_tree", decisionTree);
