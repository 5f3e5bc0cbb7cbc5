import {FlowField} from "./flow_field";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

/** A table of how many customers go from which place (rows) to which (columns). */
export class FlowMatrix extends FlowField {
    static template = "crm_lifecycle.FlowMatrix";

    get rows() {
        return this.places.map((place, index) => ({place, index, cells: this.flow.cells[index]}));
    }

    /** Stages are ordered, so that a move has a direction; status is not. */
    cellClass(row, column) {
        if (row === column) {
            return "o_stays";
        }
        if (this.flow.axis !== "stage") {
            return "o_moves";
        }
        return column > row ? "o_moves o_up" : "o_moves o_down";
    }
}

export const flowMatrix = {
    component: FlowMatrix,
    displayName: _t("Lifecycle Matrix"),
    supportedTypes: ["json"],
    isEmpty: () => false,
};

registry.category("fields").add("lifecycle_flow_matrix", flowMatrix);
