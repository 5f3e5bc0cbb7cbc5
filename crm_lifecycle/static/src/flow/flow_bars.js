import {FlowField} from "./flow_field";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

/** The funnel before and after: two bars for each place, with their numbers. */
export class FlowBars extends FlowField {
    static template = "crm_lifecycle.FlowBars";

    /** The places that customers are in; "no customer" is none of them. */
    get bars() {
        const places = this.places.filter((place) => place.key !== null);
        const most = Math.max(1, ...places.flatMap((place) => [place.before, place.after]));
        return places.map((place) => ({
            place,
            gap: place.after - place.before,
            // Stages have colours of their own.
            colorClass: place.color === undefined ? "" : `o_lifecycle_color_${place.color}`,
            beforeStyle: `width: ${(100 * place.before) / most}%`,
            afterStyle: `width: ${(100 * place.after) / most}%`,
        }));
    }

    gapText(gap) {
        return gap > 0 ? `+${this.formatInteger(gap)}` : `−${this.formatInteger(-gap)}`;
    }
}

export const flowBars = {
    component: FlowBars,
    displayName: _t("Lifecycle Funnel"),
    supportedTypes: ["json"],
    isEmpty: () => false,
};

registry.category("fields").add("lifecycle_flow_bars", flowBars);
