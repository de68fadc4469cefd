"""Figures in the text format that monitoring systems read."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector


@dataclass(frozen=True, slots=True)
class Figure:
    """One named figure: a gauge, or a count that only rises; `values` by the values of `labels`."""

    name: str
    meaning: str
    values: Mapping[tuple[str, ...], float]
    labels: tuple[str, ...] = field(default=())
    rises: bool = False


def metrics_text(figures: Callable[[], Iterable[Figure]]) -> Callable[[], bytes]:
    """A function that gives all figures, those of the process among them, as text."""
    registry = CollectorRegistry()
    PlatformCollector(registry)
    ProcessCollector(registry=registry)
    registry.register(_Figures(figures))
    return lambda: generate_latest(registry)


class _Figures:
    def __init__(self, figures: Callable[[], Iterable[Figure]]) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        for figure in self._figures():
            family = CounterMetricFamily if figure.rises else GaugeMetricFamily
            metric = family(f"chappe_{figure.name}", figure.meaning, labels=figure.labels)
            for labels, value in figure.values.items():
                metric.add_metric(labels, value)
            yield metric
