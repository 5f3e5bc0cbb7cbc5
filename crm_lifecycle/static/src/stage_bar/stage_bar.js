import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useSpecialData} from "@web/views/fields/relational_utils";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

const STAGE_FIELDS = ["name", "code", "color", "description"];

/**
 * The stages of the customer lifecycle as steps, filled up to the customer's.
 *
 * Nobody sets a stage by hand, so the steps cannot be pressed; each explains
 * itself in a tooltip instead.
 */
export class StageBar extends Component {
    static template = "crm_lifecycle.StageBar";
    static props = {...standardFieldProps};

    setup() {
        this.stages = useSpecialData((orm, props) => {
            const {relation} = props.record.fields[props.name];
            return orm.searchRead(relation, [], STAGE_FIELDS);
        });
    }

    get currentId() {
        return this.props.record.data[this.props.name]?.id;
    }

    /** The stages in their order, each with its place relative to the customer's. */
    get steps() {
        const stages = this.stages.data;
        const currentIndex = stages.findIndex((stage) => stage.id === this.currentId);
        return stages.map((stage, index) => ({
            ...stage,
            isCurrent: index === currentIndex,
            isReached: index <= currentIndex,
        }));
    }

    stepClass(step) {
        const place = step.isCurrent ? "o_current" : step.isReached ? "o_reached" : "o_ahead";
        return `${place} o_lifecycle_color_${step.color || 0}`;
    }
}

export const stageBar = {
    component: StageBar,
    displayName: _t("Lifecycle Stages"),
    supportedTypes: ["many2one"],
    isEmpty: () => false,
};

registry.category("fields").add("lifecycle_stage_bar", stageBar);
