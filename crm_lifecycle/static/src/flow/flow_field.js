import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {formatInteger} from "@web/views/fields/formatters";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {useService} from "@web/core/utils/hooks";

/**
 * What draws customers before and after, from a Json field `{axis, places, cells}`:
 * the places in their order, each with its numbers before and after, and the number of
 * customers in `cells[i][j]` who are in the place i before and in the place j after.
 *
 * Every number opens its customers: the record's model says how, by the method
 * `action_open_customers(axis, before, after)`.
 */
export class FlowField extends Component {
    static props = {...standardFieldProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.formatInteger = formatInteger;
    }

    get flow() {
        return this.props.record.data[this.props.name] || {places: [], cells: []};
    }

    get places() {
        return this.flow.places;
    }

    customersTitle(number, before, after) {
        if (after === undefined) {
            return _t("%(place)s before: %(number)s", {place: before.name, number});
        }
        if (before === undefined) {
            return _t("%(place)s after: %(number)s", {place: after.name, number});
        }
        return _t("%(before)s → %(after)s: %(number)s", {
            before: before.name,
            after: after.name,
            number,
        });
    }

    /** Open the customers who are in one place before, or after, or both. */
    async open(before, after) {
        const {record} = this.props;
        const keyOf = (place) => (place === undefined ? false : place.key);
        const action = await this.orm.call(record.resModel, "action_open_customers", [
            [record.resId],
            this.flow.axis,
            keyOf(before),
            keyOf(after),
        ]);
        return this.action.doAction(action);
    }
}
