import {Component, onWillStart, useState} from "@odoo/owl";
import {formatFloat, formatInteger} from "@web/views/fields/formatters";
import {CumulativeChart} from "../value_curve/cumulative_chart";
import {Layout} from "@web/search/layout";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";
import {useSetupAction} from "@web/search/action_hook";
import {user} from "@web/core/user";

/**
 * How many customers are of which type, beside the shares that a textbook names.
 *
 * The textbook's are a claim to compare with: nothing is computed by them.
 */
export class TypeChart extends Component {
    static template = "crm_lifecycle.TypeChart";
    static components = {CumulativeChart, Layout};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = {controlPanel: {}};
        this.formatInteger = formatInteger;
        this.state = useState({asTable: false, ...this.props.state, data: null});
        useSetupAction({getLocalState: () => ({asTable: this.state.asTable})});
        onWillStart(async () => {
            this.state.data = await this.orm.call(
                "crm.lifecycle.profile",
                "get_type_distribution",
                [],
            );
        });
    }

    get company() {
        return user.allowedCompanies.length > 1 ? this.state.data.company : "";
    }

    get headline() {
        const {rows, total} = this.state.data;
        const most = rows.reduce((best, row) => (row.customers > best.customers ? row : best));
        return _t("%(share)s of the %(total)s customers whose type is known are: %(type)s", {
            share: this.formatShare(most.share),
            total: formatInteger(total),
            type: most.name,
        });
    }

    formatShare(percent) {
        return _t("%s %", formatFloat(percent, {digits: [16, percent % 1 ? 1 : 0]}));
    }

    /** What the textbook says; it knows no one-time customers. */
    textbook(row) {
        return row.textbook === false ? "–" : this.formatShare(row.textbook);
    }

    describe(index) {
        const row = this.state.data.rows[index];
        const terms = {
            type: row.name,
            customers: formatInteger(row.customers),
            share: this.formatShare(row.share),
        };
        if (row.textbook === false) {
            return _t("%(type)s: %(customers)s customers, %(share)s", terms);
        }
        return _t("%(type)s: %(customers)s customers, %(share)s; textbook %(textbook)s", {
            ...terms,
            textbook: this.textbook(row),
        });
    }

    getConfig({rows}, colors) {
        return {
            type: "bar",
            data: {
                labels: rows.map((row) => row.name),
                datasets: [
                    {data: rows.map((row) => row.share), backgroundColor: colors.bar},
                    {
                        data: rows.map((row) => (row.textbook === false ? null : row.textbook)),
                        backgroundColor: colors.grid,
                        borderColor: colors.text,
                        borderWidth: 1,
                    },
                ],
            },
            scales: {
                x: {grid: {display: false}},
                y: {
                    beginAtZero: true,
                    ticks: {callback: (value) => this.formatShare(value)},
                    title: {display: true, text: _t("Share of customers")},
                },
            },
        };
    }

    openRow(index) {
        return this.open(this.state.data.rows[index].key);
    }

    openByHand() {
        return this.action.doAction("crm_lifecycle.crm_lifecycle_type_override_action", {
            additionalContext: {search_default_in_force: true},
        });
    }

    async open(key) {
        const action = await this.orm.call("crm.lifecycle.profile", "action_open_type", [key]);
        await this.action.doAction(action);
    }
}

registry.category("actions").add("lifecycle_type_chart", TypeChart);
