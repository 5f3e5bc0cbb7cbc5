import {Component, onWillStart, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {KeepLast} from "@web/core/utils/concurrency";
import {useBus, useService} from "@web/core/utils/hooks";

/** How full the user's own day is, and what to do with what does not fit. */
export class DayBanner extends Component {
    static template = "crm_lifecycle.DayBanner";
    static props = {bus: Object};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.state = useState({day: null});
        onWillStart(() => this.load());
        // Whatever changes the list changes the day.
        useBus(this.props.bus, "loaded", () => this.load());
    }

    async load() {
        this.state.day = await this.keepLast.add(
            this.orm.call("crm.lifecycle.day.line", "get_day"),
        );
    }

    get text() {
        const {capacity, done, minutes} = this.state.day;
        if (!capacity) {
            return _t("A day off: no time is planned for customers.");
        }
        return _t("%(minutes)s of %(capacity)s minutes planned, %(done)s done", {
            minutes,
            capacity,
            done,
        });
    }

    get restText() {
        return _t("%(count)s do not fit (%(minutes)s minutes)", {
            count: this.state.day.rest_count,
            minutes: this.state.day.rest_minutes,
        });
    }

    async call(method) {
        const action = await this.orm.call("crm.lifecycle.day.line", method, []);
        await this.action.doAction(action);
    }
}
