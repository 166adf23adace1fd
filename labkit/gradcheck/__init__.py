from labkit.gradcheck.differences import numerical_gradient
from labkit.gradcheck.reports import GradientReport, LayerReport
def check_gradient(*a, **k): raise NotImplementedError
def check_layer(*a, **k): raise NotImplementedError
def check_loss(*a, **k): raise NotImplementedError
