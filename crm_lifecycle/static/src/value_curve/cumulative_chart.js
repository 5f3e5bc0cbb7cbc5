/* global Chart */
import {Component, onWillStart, useEffect, useRef, useState} from "@odoo/owl";
import {loadBundle} from "@web/core/assets";

const COLORS = ["bar", "loss", "line", "peak", "text", "grid"];

/**
 * A chart whose points are walked through by arrow keys, and opened by Enter or a click.
 *
 * Colours are CSS variables, so that they follow light and dark.
 */
export class CumulativeChart extends Component {
    static template = "crm_lifecycle.CumulativeChart";
    static props = {
        // What is drawn: another object draws anew.
        data: Object,
        // `{type, data, scales}` as Chart.js has them, from the data and the colours.
        getConfig: Function,
        label: String,
        count: Number,
        // What the first dataset's point of an index says.
        describe: Function,
        open: Function,
    };

    setup() {
        this.rootRef = useRef("root");
        this.canvasRef = useRef("canvas");
        this.state = useState({index: 0});
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => {
                this.state.index = 0;
                this.draw();
                return () => this.chart.destroy();
            },
            () => [this.props.data],
        );
    }

    get colors() {
        const style = getComputedStyle(this.rootRef.el);
        return Object.fromEntries(
            COLORS.map((name) => [name, style.getPropertyValue(`--LifecycleChart-${name}`).trim()]),
        );
    }

    draw() {
        const {colors} = this;
        const config = this.props.getConfig(this.props.data, colors);
        this.chart = new Chart(this.canvasRef.el, {
            type: config.type,
            data: config.data,
            options: {
                animation: false,
                maintainAspectRatio: false,
                interaction: {mode: "nearest", axis: "x", intersect: false},
                scales: this.paint(config.scales, colors),
                plugins: {
                    legend: {display: false},
                    tooltip: {
                        displayColors: false,
                        filter: (item) => item.datasetIndex === 0,
                        callbacks: {
                            title: () => "",
                            label: (item) => this.props.describe(item.dataIndex),
                        },
                    },
                },
                onClick: (ev, elements) => {
                    const found = elements.find((element) => element.datasetIndex === 0);
                    if (found) {
                        this.props.open(found.index);
                    }
                },
            },
        });
    }

    /** Give axes their colours. */
    paint(scales, {grid, text}) {
        return Object.fromEntries(
            Object.entries(scales).map(([name, scale]) => [
                name,
                {
                    ...scale,
                    border: {color: grid},
                    grid: {color: grid, ...scale.grid},
                    ticks: {color: text, ...scale.ticks},
                    title: {color: text, ...scale.title},
                },
            ]),
        );
    }

    onKeydown(ev) {
        const {index} = this.state;
        const last = this.props.count - 1;
        const page = Math.max(1, Math.round(last / 10));
        const target = {
            ArrowLeft: index - 1,
            ArrowDown: index - 1,
            ArrowRight: index + 1,
            ArrowUp: index + 1,
            PageDown: index - page,
            PageUp: index + page,
            Home: 0,
            End: last,
        }[ev.key];
        if (ev.key === "Enter") {
            ev.preventDefault();
            this.props.open(index);
        } else if (target !== undefined) {
            ev.preventDefault();
            this.show(Math.min(Math.max(target, 0), last));
        }
    }

    /** Show what a point says, as if the mouse were there. */
    show(index) {
        this.state.index = index;
        const element = this.chart.getDatasetMeta(0).data[index];
        const active = [{datasetIndex: 0, index}];
        this.chart.setActiveElements(active);
        this.chart.tooltip.setActiveElements(active, {x: element.x, y: element.y});
        this.chart.update("none");
    }
}
