import {Component, onWillStart, useState} from "@odoo/owl";
import {formatFloat, formatInteger, formatMonetary} from "@web/views/fields/formatters";
import {CumulativeChart} from "./cumulative_chart";
import {Layout} from "@web/search/layout";
import {_t} from "@web/core/l10n/translation";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";
import {useSetupAction} from "@web/search/action_hook";
import {user} from "@web/core/user";

export const BASES = [
    ["contribution", _t("Contribution")],
    ["margin", _t("Margin")],
    ["revenue", _t("Revenue")],
];
export const SPANS = [
    ["12m", _t("Last twelve months")],
    ["total", _t("Ever")],
];

/**
 * What draws a cumulative curve, with the choice of what is drawn and a table instead.
 *
 * A subclass says by which method of `crm.lifecycle.value` the data come, and for which of
 * the choices.
 */
export class CurveAction extends Component {
    static components = {CumulativeChart, Layout};
    static props = {...standardActionServiceProps};
    static method = "";
    static choices = {basis: "contribution", span: "12m"};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = {controlPanel: {}};
        this.bases = BASES;
        this.spans = SPANS;
        this.formatInteger = formatInteger;
        this.state = useState({
            ...this.constructor.choices,
            asTable: false,
            ...this.props.state,
            data: null,
        });
        // Answers may come in another order than they were asked for.
        this.asked = 0;
        useSetupAction({
            getLocalState: () => ({...this.choices, asTable: this.state.asTable}),
        });
        onWillStart(() => this.load());
    }

    get choices() {
        const names = Object.keys(this.constructor.choices);
        return Object.fromEntries(names.map((name) => [name, this.state[name]]));
    }

    get company() {
        return user.allowedCompanies.length > 1 ? this.state.data.company : "";
    }

    get basisName() {
        return BASES.find(([basis]) => basis === this.state.basis)[1];
    }

    async load() {
        const number = ++this.asked;
        const {method} = this.constructor;
        const data = await this.orm.call("crm.lifecycle.value", method, [], this.choices);
        if (number === this.asked) {
            this.state.data = data;
        }
    }

    choose(name, value) {
        this.state[name] = value;
        return this.load();
    }

    async openAction(method, args) {
        const action = await this.orm.call("crm.lifecycle.value", method, args);
        await this.action.doAction(action);
    }

    /** Shares of a whole that is nothing, or a loss, would mean nothing. */
    get hasShares() {
        return this.state.data.total > 0;
    }

    share(part, whole) {
        return whole ? (100 * part) / whole : 0;
    }

    formatShare(percent) {
        return _t(
            "%s %",
            formatFloat(percent, {digits: [16, percent < 10 && percent % 1 ? 1 : 0]}),
        );
    }

    formatAmount(amount, options = {}) {
        return formatMonetary(amount, {currencyId: this.state.data.currency_id, ...options});
    }

    formatTick(amount) {
        return this.formatAmount(amount, {humanReadable: true, digits: [16, 0]});
    }
}
