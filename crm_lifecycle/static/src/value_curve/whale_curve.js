import {CurveAction} from "./curve_action";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

/** What customers bring together, the best first: beyond 100 % where others cost. */
export class WhaleCurve extends CurveAction {
    static template = "crm_lifecycle.WhaleCurve";
    static method = "get_whale_curve";

    /** The points that can be opened: all but the beginning. */
    get points() {
        return this.state.data.points.slice(1);
    }

    get headline() {
        const {customers, peak, losers, tenths, total, points} = this.state.data;
        if (!this.hasShares) {
            return _t(
                "All customers together bring %s: shares of it would mean nothing, so the curve shows amounts.",
                this.formatAmount(total),
            );
        }
        if (losers) {
            const top = points.find((point) => point.place === peak);
            return _t(
                "The best %(customers)s of the customers bring %(amount)s of the whole; the others take it back to 100 %.",
                {
                    customers: this.formatShare(this.share(peak, customers)),
                    amount: this.formatShare(this.share(top.cumulative, total)),
                },
            );
        }
        if (tenths.length < 10) {
            return _t("Nobody costs more than they bring.");
        }
        return _t(
            "The best 20 % of the customers bring %s of the whole; nobody costs more than they bring.",
            this.formatShare(this.share(tenths[1].cumulative, total)),
        );
    }

    describe(index) {
        const {customers, total} = this.state.data;
        const {place, cumulative} = this.points[index];
        const terms = {
            place: this.formatInteger(place),
            customers: this.formatShare(this.share(place, customers)),
            amount: this.formatAmount(cumulative),
        };
        if (!this.hasShares) {
            return _t("The best %(place)s customers (%(customers)s) bring %(amount)s", terms);
        }
        return _t(
            "The best %(place)s customers (%(customers)s) bring %(amount)s, %(share)s of the whole",
            {...terms, share: this.formatShare(this.share(cumulative, total))},
        );
    }

    getConfig(data, colors) {
        return {
            type: "line",
            data: {datasets: this.getLines(data, colors)},
            scales: {
                x: {
                    type: "linear",
                    min: 0,
                    max: 100,
                    title: {display: true, text: _t("Customers, the best first")},
                    ticks: {callback: (value) => this.formatShare(value)},
                },
                y: {
                    title: {display: true, text: _t("%s together", this.basisName)},
                    ticks: {
                        callback: (value) =>
                            this.hasShares ? this.formatShare(value) : this.formatTick(value),
                    },
                },
            },
        };
    }

    /** The curve, which is walked through, first; then its beginning, the peak, and 100 %. */
    getLines({customers, peak, total}, colors) {
        const points = this.points.map(({place, cumulative}) => ({
            x: this.share(place, customers),
            y: this.hasShares ? this.share(cumulative, total) : cumulative,
        }));
        const line = (data, color, style) => ({
            data,
            borderColor: color,
            backgroundColor: color,
            borderWidth: 2,
            pointRadius: 0,
            ...style,
        });
        const lines = [
            line(points, colors.line, {
                pointRadius: points.length > 40 ? 0 : 2,
                pointHoverRadius: 5,
            }),
            line([{x: 0, y: 0}, ...points.slice(0, 1)], colors.line),
            line(
                points.filter((_point, index) => this.points[index].place === peak),
                colors.peak,
                {pointRadius: 6, pointStyle: "rectRot"},
            ),
        ];
        if (this.hasShares) {
            const whole = [0, 100].map((x) => ({x, y: 100}));
            lines.push(line(whole, colors.text, {borderWidth: 1, borderDash: [4, 4]}));
        }
        return lines;
    }

    /** Open the customers up to a point of the curve. */
    openPoint(index) {
        return this.openPlaces(1, this.points[index].place);
    }

    openPlaces(first, last) {
        const {basis, span} = this.state;
        return this.openAction("action_open_places", [basis, span, first, last]);
    }

    tenthName({first, last}) {
        return first === last
            ? this.formatInteger(first)
            : _t("%(first)s to %(last)s", {
                  first: this.formatInteger(first),
                  last: this.formatInteger(last),
              });
    }
}

registry.category("actions").add("lifecycle_whale_curve", WhaleCurve);
