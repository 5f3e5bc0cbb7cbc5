import {CurveAction} from "./curve_action";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

const AXES = [
    ["customer", _t("Customer")],
    ["industry", _t("Industry")],
    ["country", _t("Country")],
    ["state", _t("Region")],
    ["product", _t("Product")],
    ["category", _t("Product category")],
    ["salesperson", _t("Salesperson")],
    ["class", _t("Value class")],
];
/** Axes along which revenue alone is known, of the last twelve months. */
const PRODUCT_AXES = ["product", "category"];
const MAX_NAME = 18;

/** Which few customers, countries or products bring most: bars, and what they sum up to. */
export class Pareto extends CurveAction {
    static template = "crm_lifecycle.Pareto";
    static method = "get_pareto";
    static choices = {...CurveAction.choices, axis: "customer"};

    setup() {
        super.setup();
        this.axes = AXES;
    }

    get isOfProducts() {
        return PRODUCT_AXES.includes(this.state.axis);
    }

    get basisName() {
        return this.isOfProducts ? _t("Revenue") : super.basisName;
    }

    get axisName() {
        return AXES.find(([axis]) => axis === this.state.axis)[1];
    }

    get headline() {
        const {rows, total} = this.state.data;
        if (!this.hasShares) {
            return _t("All of it together is %s.", this.formatAmount(total));
        }
        const index = rows.findIndex((row) => row.cumulative >= 0.8 * total);
        const groups = rows.slice(0, index + 1).reduce((sum, row) => sum + row.groups, 0);
        if (rows[index].groups > 1) {
            return _t("The first 80 % come from more than the largest %s.", index);
        }
        return groups === 1
            ? _t("The largest one brings %s of the whole.", this.rowShare(rows[0]))
            : _t("The largest %(groups)s bring %(share)s of the whole.", {
                  groups,
                  share: this.rowShare(rows[index]),
              });
    }

    rowName(row) {
        return row.name || _t("%s others", this.formatInteger(row.groups));
    }

    rowShare(row) {
        return this.hasShares
            ? this.formatShare(this.share(row.cumulative, this.state.data.total))
            : "";
    }

    describe(index) {
        const row = this.state.data.rows[index];
        const terms = {name: this.rowName(row), amount: this.formatAmount(row.amount)};
        if (!this.hasShares) {
            return _t("%(name)s: %(amount)s", terms);
        }
        return _t("%(name)s: %(amount)s, %(share)s so far", {...terms, share: this.rowShare(row)});
    }

    getConfig({rows, total}, colors) {
        const names = rows.map((row) => this.rowName(row));
        const measure = (amount) => (this.hasShares ? this.share(amount, total) : amount);
        const datasets = [
            {
                data: rows.map((row) => measure(row.amount)),
                backgroundColor: rows.map((row) => (row.amount < 0 ? colors.loss : colors.bar)),
                order: 1,
            },
        ];
        if (this.hasShares) {
            datasets.push({
                type: "line",
                data: rows.map((row) => measure(row.cumulative)),
                borderColor: colors.line,
                backgroundColor: colors.line,
                borderWidth: 2,
                pointRadius: 3,
            });
        }
        return {
            type: "bar",
            data: {
                labels: names.map((name) =>
                    name.length > MAX_NAME ? `${name.slice(0, MAX_NAME - 1)}…` : name,
                ),
                datasets,
            },
            scales: {
                x: {grid: {display: false}},
                y: {
                    title: {display: true, text: this.basisName},
                    ticks: {
                        callback: (value) =>
                            this.hasShares ? this.formatShare(value) : this.formatTick(value),
                    },
                },
            },
        };
    }

    openRow(index) {
        const {rows} = this.state.data;
        const row = rows[index];
        const isRest = row.groups > 1;
        const keys = isRest ? rows.slice(0, index).map((shown) => shown.key) : [row.key];
        const {axis, span} = this.state;
        return this.openAction("action_open_pareto", [axis, span, keys, isRest]);
    }
}

registry.category("actions").add("lifecycle_pareto", Pareto);
